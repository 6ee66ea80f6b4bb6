// Loads the site's text model before Python asks for it. Python then gets the same session.

import { asset } from "./assets.js";
import { fetchJson } from "./download.js";
import * as onnx from "./onnx.js";
import * as tokenizer from "./tokenizer.js";

/** Load the default model, if it is wanted, and its tokenizer; options as for `createSession`. Python meets the same errors and reports them. */
export async function loadTextModel({ onProgress, options, isWanted = () => true } = {}) {
  const [byDefault] = (await fetchJson(asset("models/index.json"))).models;
  if (!isWanted(byDefault.name)) return;
  tokenizer.startAhead();
  onnx.startAhead(options);
  const folder = asset(`models/${byDefault.text}/`);
  const { files } = await fetchJson(`${folder}manifest.json`);
  tokenizer.loadTokenizer(folder, files).catch(() => {});
  const model = Object.keys(files).find((name) => /^onnx\/(text_)?model/.test(name));
  await onnx.createSession(folder + model, { expected: files[model], options, onProgress });
}
