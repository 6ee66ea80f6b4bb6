// Starts Pyodide from this site's own files as soon as this module is loaded, with the site's Python in place.
//
// The build made a snapshot of Python's memory with numpy and our own modules imported (py/semblance/parts/snapshot.py).
// Copying it takes a tenth of the time of a start with imports. If the snapshot does not work, Python starts in full. It also
// does where a snapshot would be too much to download (py/semblance/blog/engine.py).

import createPyodideModule from "../vendor/pyodide/pyodide.asm.mjs";
import { loadPyodide, version } from "../vendor/pyodide/pyodide.mjs";
import { layout } from "../../py/layout.js";
import { asset } from "./assets.js";
import { arrived, download } from "./download.js";
import { adapt, beforeStart, link, place, readTar } from "./python-layout.js";

export { version };

const RESEED = "import random; random.seed()"; // a snapshot holds the state of the generator at the build

const gunzip = async (bytes) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

const unpacked = async ({ path, ...expected }, report) => gunzip(await download(asset(path), expected, report));

/** A file that every start needs, unpacked. */
const needed = (file) => unpacked(file, ({ loaded }) => arrived("python", asset(file.path), loaded, file.bytes));

/** Name all that is going to be loaded, so that its whole size is known from the beginning. */
function announce() {
  const files = [layout.site, layout.snapshot, ...layout.libraries, ...layout.runtime].filter(Boolean);
  for (const { path, bytes } of files) arrived("python", asset(path), 0, bytes);
}

async function compile(url) {
  // Streaming lets the browser keep the compiled code, but needs a media type that not all hosts send.
  return WebAssembly.compileStreaming(fetch(url)).catch(async () => WebAssembly.compile(await download(url)));
}

async function libraries() {
  const modules = await Promise.all(layout.libraries.map(({ path }) => compile(asset(path))));
  return Object.fromEntries(layout.libraries.map(({ name }, i) => [name, modules[i]]));
}

async function load(snapshot) {
  const files = needed(layout.site).then(readTar);
  const linked = libraries();
  let fail;
  const failed = new Promise((_, reject) => (fail = reject));
  const create = async (settings) => {
    const prepare = async (Module) => {
      place(Module, await files);
      await link(Module, await linked);
    };
    settings.preRun.push(beforeStart(prepare, fail));
    const Module = await createPyodideModule(settings);
    if (snapshot && Module.wasmTable.length !== layout.table) throw new Error("the snapshot is of another layout");
    if (snapshot) adapt(Module, await snapshot);
    return Module;
  };
  const options = { indexURL: asset("static/vendor/pyodide/"), createPyodideModule: create };
  const pyodide = await Promise.race([loadPyodide(snapshot ? { ...options, _loadSnapshot: snapshot } : options), failed]);
  if (snapshot) pyodide.runPython(RESEED);
  performance.mark("start: Python runs");
  pyodide.loadedPackages.numpy = "default channel"; // numpy is there already, for packages that need it
  return pyodide;
}

announce();

/** Resolves with Pyodide once Python runs. site-packages then holds numpy and our package. */
export const python = layout.snapshot ? load(needed(layout.snapshot)).catch(() => load()) : load();

// `importlib.invalidate_caches` would import the reader of packages' metadata, which takes more than a tenth of a second.
const LOOK_AGAIN = `
def look_again():
    import sys
    from importlib.machinery import FileFinder
    for finder in sys.path_importer_cache.values():
        if isinstance(finder, FileFinder):
            finder.invalidate_caches()
look_again()
del look_again
`;

const added = new Map(); // package -> promise

/**
 * Add a package that the site has for use on demand (`layout.packages`) to site-packages, so that Python can import it.
 * A package is loaded only once. After a failure the next call tries again.
 *
 * @param {string} name
 * @param {(progress: {loaded: number, total: number}) => void} report
 */
export function addPackage(name, report) {
  if (!added.has(name)) added.set(name, add(layout.packages[name], report));
  return added.get(name).catch((error) => {
    added.delete(name);
    throw error;
  });
}

async function add(file, report) {
  const files = readTar(await unpacked(file, report));
  const { _module, runPython } = await python;
  place(_module, files);
  runPython(LOOK_AGAIN);
}
