// The interpreter that PyScript starts: Pyodide from this site's own files, with numpy loaded beside it.

import { loadPyodide as load, version } from "../vendor/pyodide/pyodide.mjs";
import { hooks } from "../vendor/pyscript/core.js";
import { asset } from "./assets.js";

// PyScript compiles its hooks for Python workers from text, which our Content-Security-Policy forbids. We start no
// Python workers, so there is nothing to hook.
hooks.worker.onBeforeRunAsync.clear();

let started;

/** Resolves with Pyodide once PyScript has started it. */
export const interpreter = new Promise((resolve) => (started = resolve));

export { version };

export async function loadPyodide(options) {
  const pyodide = await load({ ...options, indexURL: asset("static/vendor/pyodide/"), packages: ["numpy"] });
  started(pyodide);
  return pyodide;
}
