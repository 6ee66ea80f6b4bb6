// What the page does for the labs' worker. The worker uses the page's models, so that none is loaded twice. It also starts no
// workers, because Firefox sometimes hangs at that. bridge.js is the worker's end.

import { asset } from "../assets.js";
import { download } from "../download.js";
import { expectationOf } from "../errors.js";
import { closeImage, imagePixels, imageThumbnail, openImage } from "../images.js";
import { createSession, runSession } from "../onnx.js";
import { answer } from "../rpc.js";
import { encodeBatch, loadTokenizer, tokensOf } from "../tokenizer.js";

let workers = 0;

/**
 * Answer a worker's calls over a port.
 *
 * @param {MessagePort} port
 * @param {(busy: boolean) => void} onBusy  called when the page begins to work for the worker, and when all work is done
 * @returns {{close: () => void}}  to be closed when the worker is gone
 */
export function serveWorker(port, onBusy) {
  const pictures = new Pictures();
  let underWay = 0;
  const watched = (method) => async (args, report) => {
    if (underWay++ === 0) onBusy(true);
    try {
      return await method(args, report);
    } finally {
      if (--underWay === 0) onBusy(false);
    }
  };
  const methods = Object.entries({ ...models, ...pictures.methods, readFile });
  answer(port, Object.fromEntries(methods.map(([name, method]) => [name, watched(method)])));
  return {
    close() {
      port.close();
      pictures.close();
    },
  };
}

const models = {
  async createSession({ address, expected }, report) {
    return { result: await createSession(address, { expected, onProgress: report }) };
  },

  async runSession({ session, feeds, fetches }) {
    const result = await runSession(session, feeds, fetches);
    return { result, transfer: result.map(({ data }) => data.buffer) };
  },

  loadTokenizer: ({ folder, files }) => loadTokenizer(folder, files),

  encodeBatch: async ({ folder, texts, addSpecialTokens }) => ({ result: await encodeBatch(folder, texts, addSpecialTokens) }),

  tokensOf: async ({ folder, ids }) => ({ result: await tokensOf(folder, ids) }),
};

async function readFile({ path }) {
  const result = await download(asset(path), await expectationOf(path));
  return { result, transfer: [result.buffer] };
}

/** Pictures that a worker has open. A prefix keeps their handles apart from the page's. `close` closes those left open. */
class Pictures {
  #prefix = `labs ${++workers}: `;
  #open = new Set();
  #closed = false;

  methods = {
    openImage: async ({ handle, blob, maxPixels }) => {
      const own = this.#prefix + handle;
      const result = await openImage(own, blob, maxPixels);
      this.#open.add(own);
      if (this.#closed) this.close();
      return { result };
    },

    imagePixels: async ({ handle, window }) => ({ result: await imagePixels(this.#prefix + handle, window) }),

    imageThumbnail: async ({ handle, window }) => ({ result: await imageThumbnail(this.#prefix + handle, window) }),

    closeImage: ({ handle }) => {
      this.#open.delete(this.#prefix + handle);
      return closeImage(this.#prefix + handle);
    },
  };

  close() {
    this.#closed = true;
    for (const handle of this.#open) closeImage(handle);
    this.#open.clear();
  }
}
