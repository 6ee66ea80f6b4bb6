// The page's end of the labs' own Python. It runs in a worker, so it never blocks the page, and a learner's endless loop ends
// with the worker. labs.worker.js is the other end.

import { asset } from "../assets.js";
import { SemblanceError } from "../errors.js";
import { Client } from "../rpc.js";
import { Clock } from "./clock.js";
import { serveWorker } from "./services.js";

const WORKER = "static/js/labs/labs.worker.js";

/**
 * Resolves once the worker's Python runs and the text model is loaded. `onProgress` gets (bytes loaded, bytes in all).
 *
 * @returns {Promise<Labs>}
 */
export async function startLabs({ onProgress = () => {} } = {}) {
  const labs = new Labs();
  await labs.start(onProgress);
  return labs;
}

class Labs {
  #life = null; // promise of the running worker
  #queue = Promise.resolve();
  #stops = 0;

  /** Start the worker, if none runs. */
  start(onProgress = () => {}) {
    this.#life ??= this.#begin(onProgress);
    return this.#life;
  }

  /**
   * Resolves with a method's answer as JSON. Calls run one after another.
   *
   *   open          {lesson}                 null, once all that the lesson needs is loaded; the other methods do this too
   *   demonstrate   {lesson, demo, inputs, language}   the figures: see py/semblance/labs/figures.py
   *   run           {lesson, code}           {output, value, error}
   *   check         {lesson, exercise, code} {passed, problem, outcome: {output, value, error}}
   *
   * `onProgress` gets (done, total). A call that takes longer than `limit` seconds fails with `TookTooLong`: the page ends the
   * worker, whatever its code does, and starts another. The page's own clock counts. It starts when the call reaches a worker
   * that is idle and has loaded what the lesson needs. It stands still while the page loads or computes something for the
   * worker.
   */
  call(method, args, { onProgress = () => {}, limit = 0 } = {}) {
    const stops = this.#stops;
    const answer = this.#queue.then(() => this.#inTurn(stops, method, args, onProgress, limit));
    this.#queue = answer.catch(() => {});
    return answer;
  }

  /** End the worker and start another. Calls under way and calls in the queue fail with `Stopped`. */
  stop() {
    this.#stops += 1;
    this.#life?.then((life) => life.end(stopped()), () => {});
    this.#life = null; // later calls go to another worker
  }

  async #inTurn(stops, method, args, onProgress, limit) {
    if (stops !== this.#stops) throw stopped();
    const life = await this.start();
    if (life.lesson !== args.lesson) await life.call("open", { lesson: args.lesson }, onProgress);
    life.lesson = args.lesson;
    return method === "open" ? "null" : life.call(method, args, onProgress, limit);
  }

  #begin(onProgress) {
    const life = new Life();
    const started = life.call("start", {}, onProgress).then(() => life);
    const forget = () => {
      if (this.#life === started) this.#life = null; // the next call begins another
    };
    started.catch(forget);
    life.ended.then(() => {
      forget();
      this.start().catch(() => {}); // so that a worker is ready for the next call
    });
    return started;
  }
}

const stopped = () => new SemblanceError("Stopped", "stopped");

/** One worker, from its start to its end. */
class Life {
  lesson = ""; // the open lesson
  #client = new Client(asset(WORKER));
  #channel = new MessageChannel();
  #clock = null;
  #work;
  #end;
  #failed;

  constructor() {
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#failed = new Promise((_, reject) => this.ended.then(reject));
    this.#failed.catch(() => {});
    this.#work = serveWorker(this.#channel.port1, (busy) => (busy ? this.#clock?.pause() : this.#clock?.resume()));
  }

  async call(method, args, onProgress, limit) {
    const port = method === "start" ? [this.#channel.port2] : [];
    const options = { transfer: port, onProgress: ({ done, total }) => onProgress(done, total) };
    const answer = this.#client.call(method, { ...args, port: port[0] }, options);
    if (limit) this.#clock = new Clock(limit, () => this.end(tookTooLong(limit)));
    try {
      return await Promise.race([answer, this.#failed]);
    } catch (error) {
      if (error.type === "BrokeDown") this.end(error);
      throw error;
    } finally {
      this.#clock?.stop();
      this.#clock = null;
    }
  }

  /** End the worker. `error` is the reason, and calls under way fail with it. */
  end(error) {
    this.#client.terminate();
    this.#work.close();
    this.#end(error);
  }
}

const tookTooLong = (limit) => new SemblanceError("TookTooLong", "took_too_long", { seconds: limit });
