// Start Python at once, and load the text model in its worker meanwhile. Python then asks for the same session and finds it
// under way; if this fails it asks afresh and reports what is wrong, so nothing is reported here.

import { asset } from "./assets.js";
import { fetchText } from "./download.js";
import { createSession } from "./onnx.js";
import "./python.js";
import { loadTokenizer } from "./tokenizer.js";

async function warmUp() {
  const [byDefault] = JSON.parse(await fetchText(asset("models/index.json"))).models;
  const folder = asset(`models/${byDefault.text}/`);
  loadTokenizer(folder).catch(() => {});
  const { files } = JSON.parse(await fetchText(`${folder}manifest.json`));
  const model = Object.keys(files).find((name) => /^onnx\/(text_)?model/.test(name));
  await createSession(folder + model, { expected: files[model] });
}

warmUp().catch(() => {});
