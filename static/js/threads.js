// How many threads WebAssembly may use: more than one only where the page is cross-origin isolated. Page and workers agree.

const MOST = 8; // more does not help models of this size

// ONNX Runtime starts its threads in the worker that it runs in: see workers/start.js for what happens to that in Firefox.
const possible = globalThis.crossOriginIsolated && !navigator.userAgent.includes("Firefox/");

export const threads = possible ? Math.min(navigator.hardwareConcurrency || 1, MOST) : 1;
