// The other side: Transformers.js as its documentation shows it, with the same model's files.
// ?model=NAME names the model's folder; ?threads=N overrides the number of threads that it takes by itself.

import { AutoModel, AutoTokenizer, env } from "./peer/transformers.min.js";
import { PAIR } from "./pair.js";
import { nearest } from "./cosine-loop.js";

const options = new URLSearchParams(location.search);
const here = (path) => new URL(path, import.meta.url).href;

env.allowRemoteModels = false;
env.allowLocalModels = true;
env.localModelPath = new URL("models/", import.meta.url).pathname;
// By default these two come from a public address; here they lie beside the page.
env.backends.onnx.wasm.wasmPaths = {
  mjs: here("peer/ort-wasm-simd-threaded.asyncify.mjs"),
  wasm: here("peer/ort-wasm-simd-threaded.asyncify.wasm"),
};
if (options.has("threads")) env.backends.onnx.wasm.numThreads = Number(options.get("threads"));

const loading = Promise.all([
  AutoTokenizer.from_pretrained(options.get("model")),
  AutoModel.from_pretrained(options.get("model"), { dtype: "q8" }),
]);

let dims = 0;
let matrix; // the last embedded texts, one after another
let rows = 0;

/** Unit vectors of the texts, as one flat Float32Array. */
async function encode(texts) {
  const [tokenizer, model] = await loading;
  const inputs = tokenizer(texts, { padding: true, truncation: true, max_length: 256 });
  const { sentence_embedding: vectors } = await model(inputs);
  dims = vectors.dims[1];
  return vectors.data;
}

async function embed(texts, batch) {
  const parts = [];
  for (let i = 0; i < texts.length; i += batch) {
    parts.push(await encode(texts.slice(i, i + batch)));
    await scheduler.yield(); // a careful user lets the page breathe between batches
  }
  rows = texts.length;
  matrix = new Float32Array(rows * dims);
  parts.forEach((part, i) => matrix.set(part, i * batch * dims));
}

/** -> {ms since navigation, score} */
window.first = encode(PAIR).then((vectors) => {
  const [{ score }] = nearest(vectors.subarray(0, dims), 1, vectors.subarray(dims));
  return { ms: performance.now(), score };
});

window.bench = {
  // Its own choice is only known once ONNX Runtime has started.
  info: async () => (await loading, { threads: env.backends.onnx.wasm.numThreads }),

  /** Embed the texts; -> milliseconds. */
  async embed(texts, batch) {
    const start = performance.now();
    await embed(texts, batch);
    return performance.now() - start;
  },

  /** -> milliseconds that each query took. */
  async search(queries) {
    const times = [];
    for (const query of queries) {
      const start = performance.now();
      nearest(matrix, rows, await encode([query]));
      times.push(performance.now() - start);
    }
    return times;
  },
};
