// Fetches files of the site, reports progress, and checks that the files are as they were built.

import { SemblanceError } from "./errors.js";

const TICK_MS = 1000;
const PATIENCE = 9; // ticks without a byte. There are none while the page is busy

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * All bytes of a file. A file that breaks off or arrives damaged is fetched once more, past the browser's cache.
 *
 * @param {string} url
 * @param {{bytes?: number, sha256?: string, compression?: string}} expected  size for the progress report; digest to be checked;
 *   "gzip" for a file that is to be unpacked: the digest is then that of its content
 * @param {(progress: {loaded: number, total: number}) => void} report
 * @returns {Promise<Uint8Array>}
 */
export async function download(url, expected = {}, report = () => {}) {
  const first = await get(url);
  try {
    return await checked(first, url, expected, report);
  } catch (error) {
    if (error.key === "scripts.late") throw error;
    return await checked(await get(url, { cache: "reload" }), url, expected, report);
  }
}

async function checked(response, url, { bytes = 0, sha256 = "", compression = "" }, report) {
  const total = bytes || Number(response.headers.get("Content-Length")) || 0;
  const received = await readAll(response.body.getReader(), total, url, report).catch((error) => {
    throw error instanceof SemblanceError ? error : new SemblanceError("ModelError", "broken_off", {}, url);
  });
  const data = compression === "gzip" ? await unzip(received, url) : received;
  await verify(data, sha256, url);
  return data;
}

/** The text of a file of the site; `expected` as for `download`. */
export const fetchText = async (url, expected) => new TextDecoder().decode(await download(url, expected));

/** The contents of a JSON file of the site; `expected` as for `download`. */
export async function fetchJson(url, expected) {
  const text = await fetchText(url, expected);
  try {
    return JSON.parse(text);
  } catch ({ message }) {
    throw new SemblanceError("ModelError", "no_json", { reason: message }, url);
  }
}

/**
 * Tell the page's start (startup.js) how much of a file has arrived, and which part of the start it belongs to: "python" or
 * "model". Nobody listens in a worker.
 */
export const arrived = (part, url, loaded, total) =>
  globalThis.dispatchEvent(new CustomEvent("semblance:arrived", { detail: { part, url, loaded, total } }));

/** The result of a step of a download. Rejects if it takes too long: a slow download is no failure as long as bytes arrive. */
function inTime(step, url) {
  let ticks = 0;
  let counting;
  const late = new Promise((_, reject) => {
    const fail = () => reject(new SemblanceError("ModelError", "late", {}, url));
    counting = setInterval(() => ++ticks === PATIENCE && fail(), TICK_MS);
  });
  return Promise.race([step, late]).finally(() => clearInterval(counting));
}

async function get(url, options) {
  const response = await inTime(fetch(url, options).catch(() => null), url);
  if (response?.ok) return response;
  if (!response) throw new SemblanceError("NeedsNetwork", "unreachable", {}, url);
  if (response.headers.get("Semblance-File") === "damaged") throw new SemblanceError("ModelError", "damaged", {}, url); // by sw.js
  throw new SemblanceError("ModelError", "status", { status: response.status }, url);
}

async function readAll(reader, total, url, report) {
  const chunks = [];
  let loaded = 0;
  const next = () => inTime(reader.read(), url);
  for (let part = await next(); !part.done; part = await next()) {
    chunks.push(part.value);
    loaded += part.value.length;
    report({ loaded, total: Math.max(total, loaded) });
  }
  const data = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    data.set(chunk, offset);
    offset += chunk.length;
  }
  return data;
}

/** The content of a gzip file. Some hosts have it unpacked on its way. */
async function unzip(data, url) {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  const content = new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip")));
  return new Uint8Array(await content.arrayBuffer().catch(() => {
    throw new SemblanceError("ModelError", "not_unpacked", {}, url);
  }));
}

// crypto.subtle exists only in secure contexts (https, localhost). Elsewhere there is no check.
async function verify(data, sha256, url) {
  if (!sha256 || !globalThis.crypto?.subtle) return;
  if (hex(await crypto.subtle.digest("SHA-256", data)) !== sha256) {
    throw new SemblanceError("ModelError", "damaged", {}, url);
  }
}
