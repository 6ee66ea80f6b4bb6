// ONNX Runtime in a worker of its own, so that inference never holds up the page.

import * as ort from "../vendor/onnxruntime/ort.wasm.bundle.min.mjs";
import { asset } from "./assets.js";
import { download } from "./download.js";
import { expose } from "./rpc.js";
import { threads } from "./threads.js";

ort.env.logLevel = "error";
ort.env.wasm.wasmPaths = { wasm: asset("static/vendor/onnxruntime/ort-wasm-simd-threaded.wasm") };
ort.env.wasm.numThreads = threads;

const LOG_ERRORS_ONLY = 3; // warnings about a model's graph mean nothing to who opens the page
const DEFAULTS = { executionProviders: ["wasm"], logSeverityLevel: LOG_ERRORS_ONLY };

const sessions = new Map();
let lastSession = 0;

const describe = (metadata) => metadata.map(({ name, type, shape }) => ({ name, type, shape: shape ?? [] }));

const toTensor = ({ type, data, dims }) => new ort.Tensor(type, data, dims);

expose({
  async create({ model, expected, options }, report) {
    const bytes = typeof model === "string" ? await download(model, expected, report) : model;
    const session = await ort.InferenceSession.create(bytes, { ...DEFAULTS, ...options });
    sessions.set(++lastSession, session);
    return {
      result: {
        session: lastSession,
        inputs: describe(session.inputMetadata),
        outputs: describe(session.outputMetadata),
      },
    };
  },

  async run({ session, feeds, fetches }) {
    const tensors = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, toTensor(feed)]));
    const outputs = await sessions.get(session).run(tensors, fetches);
    const result = fetches.map((name) => {
      const { type, data, dims } = outputs[name];
      return { type, dims, data: data.slice() }; // the tensor's own data may lie in the runtime's memory
    });
    return { result, transfer: result.map(({ data }) => data.buffer) };
  },

  async release({ session }) {
    await sessions.get(session)?.release();
    sessions.delete(session);
  },
});
