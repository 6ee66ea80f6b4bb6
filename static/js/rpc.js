// Lets a page call a worker as if it were an object. These are all messages between a page and its workers:
//
//   page -> worker   {id, method, args}
//   worker -> page   {id, result} | {id, error: {type, key, values, where, message}} | {id, progress}
//
// A worker calls the page in the same way, over a port that the page gave it.

import { SemblanceError, explained, fromMessage, notLoaded, toMessage, watchSilence } from "./errors.js";
import { endWorker, startWorker } from "./workers/start.js";

/** Calls that wait for answers. */
class Calls {
  #pending = new Map();
  #lastId = 0;

  send(endpoint, method, args, { transfer = [], onProgress = () => {} }) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
      endpoint.postMessage({ id, method, args }, transfer);
    });
  }

  receive({ id, result, error, progress }) {
    const call = this.#pending.get(id);
    if (!call) return;
    if (progress) return call.onProgress(progress);
    this.#pending.delete(id);
    if (error) call.reject(fromMessage(error));
    else call.resolve(result);
  }

  fail(error) {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

/** The page's end. The first call starts the worker. If it failed to load, the next call starts it again. */
export class Client {
  #url;
  #worker = null; // promise of the worker
  #loaded = false; // whether it has answered a call
  #calls = new Calls();

  constructor(url) {
    this.#url = url;
  }

  /** Start the worker ahead of its first call, so that it loads meanwhile. That call reports what goes wrong. */
  start() {
    this.#worker ??= this.#start();
    this.#worker.catch(() => {});
  }

  /** Resolves with what the worker's method returns. `transfer` lists buffers to hand over instead of copying. */
  async call(method, args, options = {}) {
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    try {
      if (!this.#loaded) return await this.#firstCall(worker, method, args, options);
      return await this.#calls.send(worker, method, args, options);
    } catch (error) {
      throw isUnforeseen(error) ? await explained(error, this.#url) : error;
    }
  }

  /** A call that may wait for files of the site. It fails with one that does not arrive. */
  async #firstCall(worker, method, args, options) {
    const watch = () => watchSilence((error) => this.#fail(error, worker), this.#url);
    let stop = watch();
    const goOn = (progress) => {
      stop();
      stop = watch();
      options.onProgress?.(progress);
    };
    try {
      const result = await this.#calls.send(worker, method, args, { ...options, onProgress: goOn });
      this.#loaded = true;
      return result;
    } finally {
      stop();
    }
  }

  /** End the worker. Calls under way never settle. The next call starts a new worker. */
  terminate() {
    this.#worker?.then(endWorker, () => {});
    this.#worker = null;
  }

  async #start() {
    this.#loaded = false;
    const worker = await startWorker(this.#url).catch(({ message }) => {
      this.#worker = null;
      throw new SemblanceError("NoWorkers", "no_workers", { reason: message });
    });
    worker.onmessage = ({ data }) => this.#calls.receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const error = event.message ? new SemblanceError("ModelError", event.message, {}, this.#url) : notLoaded(this.#url);
      this.#fail(explained(error, this.#url), worker);
    };
    return worker;
  }

  /** @param {SemblanceError | Promise<SemblanceError>} error  of the calls under way; the next one starts another worker */
  async #fail(error, worker) {
    const calls = this.#calls;
    this.#calls = new Calls();
    this.#worker = null;
    endWorker(worker);
    calls.fail(await error);
  }
}

/** Whether an error is none of ours, but of a browser, a library, or a script with a fault. */
const isUnforeseen = ({ type, key }) => type === "SemblanceError" && !key;

/** A function that calls the methods at the other end of a port: see `answer`. */
export function caller(port) {
  const calls = new Calls();
  port.onmessage = ({ data }) => calls.receive(data);
  return (method, args, options = {}) => calls.send(port, method, args, options);
}

/** Answer calls over a port, each as soon as its result is there. The methods are like those of `expose`. */
export function answer(port, methods) {
  port.onmessage = ({ data }) => respond(port, methods, data);
}

/**
 * The worker's end. Each method gets (args, report) and may return {result, transfer}. Calls run one after another, in the
 * order in which they arrive, both from the worker's starter and through a port that came in a message {port}.
 */
export function expose(methods) {
  let queue = Promise.resolve();
  const serve = (port) => {
    port.onmessage = ({ data }) => {
      if (data.port) serve(data.port);
      else if (data.method) queue = queue.then(() => respond(port, methods, data));
    };
  };
  serve(self);
}

async function respond(port, methods, { id, method, args }) {
  try {
    const report = (progress) => port.postMessage({ id, progress });
    const { result, transfer = [] } = (await methods[method](args, report)) ?? {};
    port.postMessage({ id, result }, transfer);
  } catch (error) {
    port.postMessage({ id, error: toMessage(error) });
  }
}
