// The page's end of the worker of onnxruntime-web. py/semblance/browser/onnx.py gives it onnxruntime's interface.

import { asset } from "./assets.js";
import { late } from "./errors.js";
import { Client } from "./rpc.js";

const worker = new Client(asset("static/js/workers/onnx.worker.js"));
const created = new Map(); // address -> {session: promise, listeners}
const wordRows = () => late(import("./word-rows.js"), "static/js/word-rows.js"); // few models need it
const wordsOf = new Map(); // session -> {folder, width} of the words of a model that takes their vectors

const absolute = (address) => new URL(address, globalThis.document?.baseURI).href; // workers have no document and pass such

/** Start the worker, and the threads of a text model in it, ahead of the model: the page may soon be too busy to start workers. */
export function startAhead(options) {
  worker.call("startThreads", { options }).catch(() => {}); // `createSession` meets the same errors
}

/**
 * A session for the model at `address`. Later calls for the same address get the same session. All callers that wait for it
 * get its progress. A session that failed is forgotten, so that the next call tries again.
 *
 * @param {string} address
 * @param {{expected?: object, options?: object, onProgress?: (progress: object) => void}} [settings]
 */
export function createSession(address, { expected = {}, options = {}, onProgress } = {}) {
  const model = absolute(address);
  if (!created.has(model)) created.set(model, start(model, expected, options));
  const { session, listeners } = created.get(model);
  if (onProgress) listeners.add(onProgress);
  return session.finally(() => listeners.delete(onProgress));
}

function start(model, expected, options) {
  const listeners = new Set();
  const onProgress = (progress) => listeners.forEach((listener) => listener(progress));
  const session = worker.call("create", { model, expected, options }, { onProgress }).then((made) => withIds(made, model));
  session.then(
    () => performance.mark("start: session ready"),
    () => created.delete(model),
  );
  return { session, listeners };
}

/** A model that takes the vectors of words looks to its callers like one that takes their ids. */
async function withIds({ session, inputs, outputs }, model) {
  const words = inputs.find(({ name }) => name === "words");
  if (!words) return { session, inputs, outputs };
  const folder = new URL("../", model).href; // the model lies in onnx/ of it
  const [batch, tokens, width] = words.shape;
  wordsOf.set(session, { folder, width });
  (await wordRows()).useTable(folder);
  const ids = { name: "input_ids", type: "int64", shape: [batch, tokens] };
  return { session, inputs: inputs.map((input) => (input === words ? ids : input)), outputs };
}

/** Run a session. `feeds` maps names to {type, dims, data}. The data is moved to the worker, not copied. */
export async function runSession(session, feeds, fetches) {
  const inputs = wordsOf.has(session) ? await withWords(feeds, wordsOf.get(session)) : feeds;
  const transfer = Object.values(inputs).map(({ data }) => data.buffer);
  return worker.call("run", { session, feeds: inputs, fetches }, { transfer });
}

async function withWords({ input_ids: ids, ...others }, { folder, width }) {
  const { wordVectors } = await wordRows();
  const data = await wordVectors(folder, ids.data, others.attention_mask.data, width);
  return { words: { type: "float32", dims: [...ids.dims, width], data }, ...others };
}

/** Addresses of the models that this page has loaded or is loading. */
export const modelsInUse = () => [...created.keys()];

/** Addresses of the blocks of word tables that this page has fetched. */
export const rowsInUse = async () => (wordsOf.size ? (await wordRows()).rowsInUse() : []);

export async function releaseSession(address) {
  const { session } = created.get(absolute(address)) ?? {};
  created.delete(absolute(address));
  if (session) await worker.call("release", { session: (await session).session });
}
