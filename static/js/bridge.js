// Everything in JavaScript that Python may use; py/semblance/browser/ffi.py is the only one who imports it.

import { SemblanceError } from "./errors.js";

/** What is imported when it is first needed; it may be missing. */
const late = (importing, path) =>
  importing.catch(() => {
    throw new SemblanceError("ModelError", "a part of the page could not be loaded", path);
  });

export { asset } from "./assets.js";
export { loadCosines } from "./cosines.js";
export { fetchText } from "./download.js";
export { receiveGiven } from "./intake.js";
export { showPicture } from "./pictures.js";
/** The labs' own Python, in a worker: the module comes with the first lab. */
export const labs = () => late(import("./labs/labs.js"), "static/js/labs/labs.js");
/** Their maps: ECharts comes with the first of them. */
export const labCharts = () => late(import("./labs/charts.js"), "static/js/labs/charts.js");
export { closeImage, imagePixels, imageThumbnail, openImage } from "./images.js";
export { createSession, releaseSession, runSession } from "./onnx.js";
export { addPackage } from "./python.js";
export { connect } from "./semblance.js";
/** Not part of the start: the module comes when the app is ready. */
export const offlineSite = () => late(import("./sw-client.js"), "static/js/sw-client.js");
export { askForPersistence, openStore, storageEstimate } from "./store.js";
export { threads } from "./threads.js";
export { encodeBatch, loadTokenizer, tokensOf } from "./tokenizer.js";
