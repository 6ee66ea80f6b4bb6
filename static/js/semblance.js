// The public JavaScript API: `import { semblance } from "./static/js/semblance.js"`, also `window.semblance`.
// On a page without Semblance's own PyScript tag, importing this module starts the engine without a page.
//
// The Python in py/semblance computes everything. This file turns calls into messages to it.

import { listOf, name as aName, object, optionalFunction, text, wholeNumber } from "./arguments.js";
import { asset } from "./assets.js";
import { SemblanceError, fromMessage, shownError } from "./errors.js";

let engineStarted; // called with what Python gave to `connect`: {call, cancel}
let engineFailed;
const connected = new Promise((resolve, reject) => {
  engineStarted = resolve;
  engineFailed = reject;
});
connected.catch(() => {}); // each call reports it

/** The watch over the start. Without it a start that fails before Python runs is not reported, but all else works. */
const watching = import("./startup.js").catch(() => null);

watching.then((startup) => startup?.failure.then((error) => engineFailed(fromMessage(error))));

/** For Python only: hand over the engine's two functions, or the error that kept the engine or the page from starting. */
export function connect(functions, error) {
  if (error) {
    engineFailed(shownError(error));
    watching.then((startup) => startup?.fail({ message: error.shown }));
  } else {
    performance.mark("start: our Python answers");
    engineStarted(functions);
    watching.then((startup) => startup?.pythonAnswers());
  }
}

/** @typedef {{onProgress?: (progress: object) => void, signal?: AbortSignal}} EmbedOptions */

let lastCall = 0;

/**
 * @param {string} method
 * @param {object} [args]
 * @param {EmbedOptions} [options]
 */
async function call(method, args = {}, { onProgress, signal } = {}) {
  signal?.throwIfAborted();
  start();
  const { call: send, cancel } = await connected;
  const id = ++lastCall;
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel(id);
      reject(signal.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    const settle = ({ result, error }) => {
      signal?.removeEventListener("abort", abort);
      if (error) reject(shownError(error));
      else resolve(JSON.parse(result));
    };
    send(id, method, args, settle, onProgress);
  });
}

class Collection {
  #name;

  constructor(name) {
    this.#name = name;
  }

  get name() {
    return this.#name;
  }

  /**
   * Add or update items [{id, content | blob, metadata}]; a blob is a picture or a document file.
   * -> {added, changed, unchanged: counts, failed: [{id, error}]}
   *
   * @param {object[]} items
   * @param {EmbedOptions} [options]
   */
  async embedMulti(items, { onProgress, signal } = {}) {
    optionalFunction(onProgress, "onProgress");
    // Metadata crosses as JSON, because JSON keeps null apart from undefined.
    const prepared = listOf(object)(items, "items").map(({ id, content, blob, metadata = {} }) => ({
      id,
      content,
      blob,
      metadata: JSON.stringify(metadata),
    }));
    return call("embedMulti", { name: this.#name, items: prepared }, { onProgress, signal });
  }

  /** Items like a text or a picture (a Blob) -> [{id, score, content, metadata}], best first; score: cosine in [-1, 1]. */
  async similar(query, { number = 10 } = {}) {
    return call("similar", { name: this.#name, query, number: wholeNumber(number, "number") });
  }

  /** Items like a stored item, as `similar`. The item itself is not among them. */
  async similarById(id, { number = 10 } = {}) {
    return call("similarById", { name: this.#name, id: text(id, "id"), number: wholeNumber(number, "number") });
  }

  /**
   * Items that fit a text by words and by meaning -> [{id, score, cosine, words, content, metadata}], best first. `score` is
   * the merged one, which only orders these items; `words` are those of the query that the item has. A phrase in quotation
   * marks must be in an item, a word after a minus must not. Where nothing fits there are no items, unless `nearest` asks for
   * the nearest ones.
   */
  async search(query, { number = 10, nearest = false } = {}) {
    return call("search", { name: this.#name, query, number: wholeNumber(number, "number"), nearest });
  }

  ids() {
    return call("ids", { name: this.#name });
  }

  count() {
    return call("count", { name: this.#name });
  }

  async delete(ids) {
    return call("delete", { name: this.#name, ids: listOf(text)(ids, "ids") });
  }

  drop() {
    return call("drop", { name: this.#name });
  }
}

export const semblance = {
  /** -> {version, textModel, imageModel, threads, persisted}, once texts can be embedded. */
  get ready() {
    return call("ready");
  },

  /** The collection of this name. It is made if there is none. */
  async collection(name) {
    await call("collection", { name: aName(name, "name") });
    return new Collection(name);
  },

  /** Remove the collection of this name, also where it is damaged and can't be opened. */
  async drop(name) {
    return call("drop", { name: aName(name, "name") });
  },

  /** -> [{name, model, count, dims}] */
  collections: () => call("collections"),

  /** Cosine of two texts, two pictures (Blobs), or one of each. */
  similarity: (a, b) => call("similarity", { a, b }),
};

export { SemblanceError };

const PYSCRIPT = "script[type=py]";
// As py/pyscript.json, but PyScript takes the interpreter's address as relative to the page, which may lie elsewhere.
const CONFIG = {
  interpreter: asset("static/js/interpreter.js"),
  js_modules: { main: { [asset("static/js/bridge.js")]: "semblance_bridge" } },
};

/** Start the engine if the page has no PyScript tag of Semblance. Watch the start on every page. */
function start() {
  watching.then((startup) => startup?.watch());
  if (document.querySelector(PYSCRIPT)) return;
  const script = document.createElement("script");
  script.type = "py";
  script.src = asset("py/main.py");
  script.setAttribute("config", JSON.stringify(CONFIG));
  document.head.append(script);
  import(asset("static/js/warm-up.js")).catch(() => {}); // only saves time: Python asks for the same again
  import(asset("static/vendor/pyscript/core.js")).catch(({ message }) =>
    watching.then((startup) => startup?.failWithoutPyScript(message)),
  );
}

globalThis.semblance = semblance;
