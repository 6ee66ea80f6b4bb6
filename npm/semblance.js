// The entry for bundlers: `import { semblance } from "semblance"`. The engine itself, with Python and the models, lies in a
// folder of the host, and is loaded from there by the first call: a bundler can't take it in, and need not.

/** @typedef {import("./semblance.d.ts").Semblance} Semblance */

let folder = "/semblance/";

/** @type {Promise<Semblance> | undefined} */
let engine;

/** @param {string | URL} address */
export function assetsAt(address) {
  if (engine) throw new Error("Semblance has started already: call assetsAt() before anything else.");
  folder = String(address).replace(/\/?$/, "/");
}

function started() {
  engine ??= start().catch((error) => {
    engine = undefined; // the next call tries again
    throw error;
  });
  return engine;
}

/** @returns {Promise<Semblance>} */
async function start() {
  const address = new URL("static/js/semblance.js", new URL(folder, document.baseURI)).href;
  try {
    const module = await import(/* @vite-ignore */ /* webpackIgnore: true */ address);
    return module.semblance;
  } catch (cause) {
    const remedy = "Put what `python build.py` writes into dist/ there, or say where it is: assetsAt(address).";
    throw new Error(`Semblance could not be loaded from ${address}. ${remedy}`, { cause });
  }
}

/** @type {Semblance} */
export const semblance = {
  get ready() {
    return started().then((loaded) => loaded.ready);
  },
  collection: async (name) => (await started()).collection(name),
  collections: async () => (await started()).collections(),
  similarity: async (a, b) => (await started()).similarity(a, b),
};
