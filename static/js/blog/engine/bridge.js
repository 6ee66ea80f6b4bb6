// The JavaScript that Python in the engine's worker may use: the part of ../../bridge.js that it needs.

export { asset } from "../../assets.js";
export { loadCosines } from "../../cosines.js";
export { fetchText } from "../../download.js";
export { createSession, runSession } from "../../onnx.js";
export { threads } from "../../threads.js";
export { encodeBatch, loadTokenizer } from "../../tokenizer.js";

/** Only feeds need the store, so its module is loaded on first use. */
export const openStore = async (...args) => (await import("../../store.js")).openStore(...args);
