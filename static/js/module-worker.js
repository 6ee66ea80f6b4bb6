// Comes before Pyodide in a worker. Pyodide loads an empty script by `importScripts` to tell classic workers from those of
// modules. The workers of the double-click edition are classic, but load modules as the others do; its policy forbids the
// script, and Firefox says so in the console. Without the function Pyodide need not try.

globalThis.importScripts = undefined;
