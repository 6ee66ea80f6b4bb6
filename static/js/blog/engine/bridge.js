// What Python in the engine's worker may use of JavaScript: the part of ../../bridge.js that it needs.

export { asset } from "../../assets.js";
export { loadCosines } from "../../cosines.js";
export { fetchText } from "../../download.js";
export { createSession, runSession } from "../../onnx.js";
export { threads } from "../../threads.js";
export { encodeBatch, loadTokenizer } from "../../tokenizer.js";

/** Search needs no store, so its module comes only with a feed. */
export const openStore = async (...args) => (await import("../../store.js")).openStore(...args);
