// Calling a worker as if it were an object. All messages between a page and its workers are these:
//
//   page -> worker   {id, method, args}
//   worker -> page   {id, result} | {id, error: {type, message, where}} | {id, progress}

import { SemblanceError, fromMessage, toMessage } from "./errors.js";
import { endWorker, startWorker } from "./workers.js";

/** The page's end. The worker starts with the first call, and afresh after it failed to load. */
export class Client {
  #url;
  #worker = null; // promise of it
  #pending = new Map();
  #lastId = 0;

  constructor(url) {
    this.#url = url;
  }

  /** Resolves with what the worker's method returns. `transfer` lists buffers to hand over instead of copying. */
  async call(method, args, { transfer = [], onProgress = () => {} } = {}) {
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      worker.postMessage({ id, method, args }, transfer);
    });
  }

  /** End the worker; nothing may be under way. The next call would start it afresh. */
  terminate() {
    this.#worker?.then(endWorker, () => {});
    this.#worker = null;
  }

  async #start() {
    const worker = await startWorker(this.#url).catch(({ message }) => {
      this.#worker = null;
      throw new SemblanceError("NoWorkers", `this browser does not start what the page computes with: ${message}`);
    });
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => this.#fail(event, worker);
    return worker;
  }

  #receive({ id, result, error, progress }) {
    const call = this.#pending.get(id);
    if (!call) return;
    if (progress) return call.onProgress(progress);
    this.#pending.delete(id);
    if (error) call.reject(fromMessage(error));
    else call.resolve(result);
  }

  #fail(event, worker) {
    event.preventDefault();
    const error = new SemblanceError("ModelError", event.message || "a part of the page could not be loaded", this.#url);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    endWorker(worker);
    this.#worker = null;
  }
}

/**
 * The worker's end. Each method gets (args, report) and may return {result, transfer}; calls run one after another, in the
 * order in which they came, whether from who started the worker or through a port that came with {port}.
 */
export function expose(methods) {
  let queue = Promise.resolve();
  const serve = (caller) => {
    const answer = async ({ id, method, args }) => {
      try {
        const report = (progress) => caller.postMessage({ id, progress });
        const { result, transfer = [] } = (await methods[method](args, report)) ?? {};
        caller.postMessage({ id, result }, transfer);
      } catch (error) {
        caller.postMessage({ id, error: toMessage(error) });
      }
    };
    caller.onmessage = ({ data }) => {
      if (data.port) serve(data.port);
      else if (data.method) queue = queue.then(() => answer(data));
    };
  };
  serve(self);
}
