// The page's end of the engine: one worker, which all elements on the page share.

import { asset } from "../../assets.js";
import { Client } from "../../rpc.js";

// A module with one instruction of SIMD, which the text model's kernel needs.
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

const worker = new Client(asset("static/js/blog/engine/engine.worker.js"));
let started = null; // promise of the model's fingerprint
const listeners = new Set();

/** Why this browser can't run the engine, as the key of a sentence of those who ask; "" if it can. */
export function missing() {
  if (!globalThis.WebAssembly) return "no_webassembly";
  if (!WebAssembly.validate(SIMD)) return "no_simd";
  if (!globalThis.Worker || !globalThis.DecompressionStream) return "old_browser";
  return "";
}

/**
 * Start the engine once. After a failure the next call tries again.
 *
 * @param {{threads?: number, onProgress?: (share: number) => void}} options  threads for the text model; share in [0, 1]
 * @returns {Promise<string>}  the model's fingerprint
 */
export async function start({ threads = 1, onProgress = () => {} } = {}) {
  listeners.add(onProgress);
  started ??= begin(threads);
  try {
    return await started;
  } finally {
    listeners.delete(onProgress);
  }
}

async function begin(threads) {
  const reason = missing();
  if (reason) throw Object.assign(new Error(reason), { key: reason });
  try {
    return await worker.call("start", { threads }, { onProgress: ({ share }) => listeners.forEach((tell) => tell(share)) });
  } catch (error) {
    started = null;
    worker.terminate(); // the next call starts a new one
    throw error;
  }
}

/** Take in the passages of a language: the address of their vectors, and the post of each passage. */
export const open = (name, vectors, posts) => worker.call("open", { name, vectors, posts });

/** The best passage of each of the best posts: [[row, cosine], ...]. */
export const search = (name, query, number) => worker.call("search", { name, query, number });

/** The related posts of a feed; see py/semblance/browser/blog/service.py. */
export const related = (feed, page, number, onProgress) => worker.call("related", { feed, page, number }, { onProgress });
