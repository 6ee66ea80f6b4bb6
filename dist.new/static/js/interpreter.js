// Gives PyScript its interpreter: this site's Python, which has begun to load already.

import { hooks } from "../vendor/pyscript/core.js";
import { python, version } from "./python.js";

// PyScript compiles its hooks for Python workers from text, which our Content-Security-Policy forbids. We start no
// Python workers, so there is nothing to hook.
hooks.worker.onBeforeRunAsync.clear();

let started;

/** Resolves with Pyodide once PyScript has started it. */
export const interpreter = new Promise((resolve) => (started = resolve));

export { version };

export async function loadPyodide({ stdout, stderr }) {
  const pyodide = await python;
  if (stdout) pyodide.setStdout({ batched: stdout });
  if (stderr) pyodide.setStderr({ batched: stderr });
  started(pyodide);
  return pyodide;
}
