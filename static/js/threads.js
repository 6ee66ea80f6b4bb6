// How many threads WebAssembly may use: more than one only where the page is cross-origin isolated. Page and workers agree.

const MOST = 8; // more does not help models of this size

export const threads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, MOST) : 1;
