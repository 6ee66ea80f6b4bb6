// Models in a worker of their own, so that inference never blocks the page. ONNX Runtime or our own kernel runs them.

import { asset } from "../assets.js";
import { bertSession, startThreads } from "./bert-session.js";
import { download } from "../download.js";
import { late, unlessSilent } from "../errors.js";
import { expose } from "../rpc.js";
import { threads } from "../threads.js";

const LOG_ERRORS_ONLY = 3; // warnings about a model's graph mean nothing to users
const DEFAULTS = { executionProviders: ["wasm"], logSeverityLevel: LOG_ERRORS_ONLY };

const sessions = new Map();
let lastSession = 0;

const describe = (metadata) => metadata.map(({ name, type, shape }) => ({ name, type, shape: shape ?? [] }));

/** ONNX Runtime. The first model that needs it loads it. */
async function runtime() {
  const ort = await late(import("../../vendor/onnxruntime/ort.wasm.bundle.min.mjs"), "static/vendor/onnxruntime/ort.wasm.bundle.min.mjs");
  ort.env.logLevel = "error";
  ort.env.wasm.wasmPaths = { wasm: asset("static/vendor/onnxruntime/ort-wasm-simd-threaded.wasm") };
  ort.env.wasm.numThreads = threads;
  return ort;
}

async function onnxSession(bytes, options) {
  const { InferenceSession, Tensor } = await runtime();
  const session = await unlessSilent(InferenceSession.create(bytes, { ...DEFAULTS, ...options })); // it loads the runtime's code
  return {
    inputMetadata: session.inputMetadata,
    outputMetadata: session.outputMetadata,
    release: () => session.release(),
    run(feeds, fetches) {
      const tensors = Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)]);
      return session.run(Object.fromEntries(tensors), fetches);
    },
  };
}

expose({
  startThreads({ options }) {
    startThreads(options);
  },

  async create({ model, expected, options }, report) {
    const bytes = typeof model === "string" ? await download(model, expected, report) : model;
    const session = (await bertSession(bytes, options)) ?? (await onnxSession(bytes, options));
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
    const outputs = await sessions.get(session).run(feeds, fetches);
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
