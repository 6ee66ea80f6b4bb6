// The page's end of the second Python, which reads PDFs, Word documents and the like. It runs in a worker: a file that is made
// so that its reading takes for ever ends with the worker. papers.worker.js is the other end.

import { asset } from "../assets.js";
import { SemblanceError } from "../errors.js";
import { Client } from "../rpc.js";

const WORKER = "static/js/papers/papers.worker.js";
const IDLE_MS = 20_000; // then the worker is ended, since it takes much memory

let reader = null; // the worker with its clock
let queue = Promise.resolve();
let idle = null;

/**
 * Have a file read: see py/semblance/ingest/apart.py. Files are read one after another.
 *
 * @param {string} header
 * @param {Uint8Array} data  handed over
 * @param {number} seconds  time for each page. After that the worker is ended, and the file fails with `TookTooLong`.
 * @param {number} memory  bytes that the worker's Python may use
 * @returns {Promise<string>}  the lines of the answer
 */
export function read(header, data, seconds, memory) {
  const answer = queue.then(() => inTurn(header, data, seconds, memory));
  queue = answer.catch(() => {});
  return answer;
}

/** End the worker. The file that is being read fails with `Stopped`. */
export function stop() {
  reader?.end(new SemblanceError("Stopped", "stopped"));
  reader = null;
}

async function inTurn(header, data, seconds, memory) {
  clearTimeout(idle);
  reader ??= new Reader();
  try {
    return await reader.read(header, data, seconds, memory);
  } catch (error) {
    stop(); // another worker reads the next file
    throw error;
  } finally {
    idle = setTimeout(stop, IDLE_MS);
  }
}

class Reader {
  #client = new Client(asset(WORKER));
  #ended;
  #fail;
  #timer = null;

  constructor() {
    this.#ended = new Promise((_, reject) => (this.#fail = reject));
    this.#ended.catch(() => {});
  }

  async read(header, data, seconds, memory) {
    const late = () => this.end(new SemblanceError("TookTooLong", "took_too_long", { seconds }));
    const wind = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(late, seconds * 1000);
    };
    try {
      // Loading Python takes as long as it takes. Each later page winds the clock again.
      await Promise.race([this.#client.call("start", { memory }), this.#ended]);
      wind();
      const answer = this.#client.call("read", { header, data }, { transfer: [data.buffer], onProgress: wind });
      return await Promise.race([answer, this.#ended]);
    } finally {
      clearTimeout(this.#timer);
    }
  }

  /** End the worker, whatever it does. */
  end(error) {
    clearTimeout(this.#timer);
    this.#client.terminate();
    this.#fail(error);
  }
}
