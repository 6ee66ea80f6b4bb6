// How many threads WebAssembly may use. Several need cross-origin isolation. Page and workers get the same number.

const MOST = 8; // more does not help models of this size

// ONNX Runtime starts its threads from its own worker. That may hang in Firefox: see workers/start.js.
const possible = globalThis.crossOriginIsolated && !navigator.userAgent.includes("Firefox/");

export const threads = possible ? Math.min(navigator.hardwareConcurrency || 1, MOST) : 1;
