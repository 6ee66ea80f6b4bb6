// Runs a Python script in the Pyodide that the site uses, laid out as on the site.
//
//   node run.mjs TASK.json    {pyodide: folder, site: tar, libraries: {name: file}, script, output,
//                              snapshot: whether the output is Python's memory afterwards, else what the script's `main` gives}
//
// Prints {table}: entries of the function table when Python starts.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

// The same input must give the same memory: no clock, no chance, no time zone of this machine.
const now = 315532800000; // 1980-01-01: the earliest time a zip can hold
Date.now = () => now;
globalThis.performance = { now: () => 0, timeOrigin: now, mark() {} };
globalThis.crypto.getRandomValues = (array) => array.fill(7);

const task = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const from = (file) => import(pathToFileURL(`${task.pyodide}/${file}`));
const { loadPyodide } = await from("pyodide.mjs");
const { default: createPyodideModule } = await from("pyodide.asm.mjs");
const { beforeStart, link, place, readTar } = await from("python-layout.mjs");
const bytes = (file) => new Uint8Array(readFileSync(file));

const libraries = {};
for (const [name, file] of Object.entries(task.libraries)) libraries[name] = await WebAssembly.compile(bytes(file));

let table;
const prepare = async (Module) => {
  place(Module, readTar(bytes(task.site)));
  await link(Module, libraries);
  table = Module.wasmTable.length;
};
const fail = (error) => {
  throw error;
};

const pyodide = await loadPyodide({
  indexURL: task.pyodide,
  env: { PYTHONHASHSEED: "0" },
  _makeSnapshot: task.snapshot,
  createPyodideModule(settings) {
    settings.preRun.push(beforeStart(prepare, fail));
    return createPyodideModule(settings);
  },
});
pyodide.FS.writeFile("/tmp/script.py", readFileSync(task.script, "utf-8"));
const result = pyodide.runPython('__import__("runpy").run_path("/tmp/script.py")["main"]()');
if (task.snapshot) {
  for (const name of Object.keys(pyodide.loadedPackages)) delete pyodide.loadedPackages[name]; // a snapshot must begin with none
  writeFileSync(task.output, pyodide.makeMemorySnapshot());
} else {
  writeFileSync(task.output, result.toJs());
}
console.log(JSON.stringify({ table }));
process.exit(0);
