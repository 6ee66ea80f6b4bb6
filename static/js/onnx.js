// The page's end of the onnxruntime-web bridge; py/semblance/browser/onnx.py gives it the shape of onnxruntime.

import { asset } from "./assets.js";
import { Client } from "./rpc.js";

const worker = new Client(asset("static/js/onnx.worker.js"));
const created = new Map();

/**
 * A session for the model at `address`; asking again for the same address gives the same session. A failed one is
 * forgotten, so that it can be tried again.
 */
export function createSession(address, { expected = {}, options = {}, onProgress } = {}) {
  const url = new URL(address, document.baseURI).href;
  if (!created.has(url)) {
    const session = worker.call("create", { model: url, expected, options }, { onProgress });
    created.set(url, session);
    session.catch(() => created.delete(url));
  }
  return created.get(url);
}

/** Run a session: `feeds` maps names to {type, dims, data}; the data is handed over to the worker, not copied. */
export function runSession(session, feeds, fetches) {
  const transfer = Object.values(feeds).map(({ data }) => data.buffer);
  return worker.call("run", { session, feeds, fetches }, { transfer });
}

export function releaseSession(address) {
  const url = new URL(address, document.baseURI).href;
  const session = created.get(url);
  created.delete(url);
  return session?.then(({ session }) => worker.call("release", { session }));
}
