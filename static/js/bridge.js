// Everything in JavaScript that Python may use; py/semblance/browser/ffi.py is the only one who imports it.

export { asset } from "./assets.js";
export { loadCosines } from "./cosines.js";
export { fetchText } from "./download.js";
export { receiveGiven } from "./intake.js";
export { showPicture } from "./pictures.js";
/** The labs' own Python, in a worker: the module comes with the first lab. */
export const labs = () => import("./labs/labs.js");
/** Their maps: ECharts comes with the first of them. */
export const labCharts = () => import("./labs/charts.js");
export { closeImage, imagePixels, imageThumbnail, openImage } from "./images.js";
export { createSession, releaseSession, runSession } from "./onnx.js";
export { addPackage } from "./python.js";
export { connect } from "./semblance.js";
/** Not part of the start: the module comes when the app is ready. */
export const offlineSite = () => import("./offline-site.js");
export { askForPersistence, openStore, storageEstimate } from "./store.js";
export { threads } from "./threads.js";
export { encodeBatch, loadTokenizer, tokensOf } from "./tokenizer.js";
