// Calling a worker as if it were an object. All messages between a page and its workers are these:
//
//   page -> worker   {id, method, args}
//   worker -> page   {id, result} | {id, error: {type, message, where}} | {id, progress}

import { SemblanceError, fromMessage, toMessage } from "./errors.js";

/** The page's end. The worker starts with the first call, and afresh after it failed to load. */
export class Client {
  #url;
  #worker = null;
  #pending = new Map();
  #lastId = 0;

  constructor(url) {
    this.#url = url;
  }

  /** Resolves with what the worker's method returns. `transfer` lists buffers to hand over instead of copying. */
  call(method, args, { transfer = [], onProgress = () => {} } = {}) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      this.#start().postMessage({ id, method, args }, transfer);
    });
  }

  /** End the worker; nothing may be under way. The next call would start it afresh. */
  terminate() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #start() {
    if (!this.#worker) {
      this.#worker = new Worker(this.#url, { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#receive(data);
      this.#worker.onerror = (event) => this.#fail(event);
    }
    return this.#worker;
  }

  #receive({ id, result, error, progress }) {
    const call = this.#pending.get(id);
    if (!call) return;
    if (progress) return call.onProgress(progress);
    this.#pending.delete(id);
    if (error) call.reject(fromMessage(error));
    else call.resolve(result);
  }

  #fail(event) {
    event.preventDefault();
    const error = new SemblanceError("ModelError", event.message || "a part of the page could not be loaded", this.#url);
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
    this.#worker.terminate();
    this.#worker = null;
  }
}

/**
 * The worker's end. Each method gets (args, report) and may return {result, transfer}; calls run one after another, in the
 * order in which they came.
 */
export function expose(methods) {
  let queue = Promise.resolve();
  const answer = async ({ id, method, args }) => {
    try {
      const report = (progress) => postMessage({ id, progress });
      const { result, transfer = [] } = (await methods[method](args, report)) ?? {};
      postMessage({ id, result }, transfer);
    } catch (error) {
      postMessage({ id, error: toMessage(error) });
    }
  };
  self.onmessage = ({ data }) => {
    queue = queue.then(() => answer(data));
  };
}
