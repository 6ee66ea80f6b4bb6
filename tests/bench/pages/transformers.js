// Transformers.js as its documentation shows it, set up to find everything beside the page.
// ?model=NAME names the model's folder; ?threads=N overrides the number of threads that it takes by itself.

import { env } from "./peer/transformers.min.js";

export * from "./peer/transformers.min.js";

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

export const model = options.get("model");
export const dtype = options.get("dtype") ?? "q8";

/** Its own choice is only known once ONNX Runtime has started. */
export const threads = () => env.backends.onnx.wasm.numThreads;
