// All of the JavaScript that Python may use. Only py/semblance/browser/ffi.py imports it.

import { late } from "./errors.js";

export { asset, handedOut, isHandedOut } from "./assets.js";
export { loadCosines } from "./cosines.js";
export { download as fetchBytes, fetchText } from "./download.js";
export { explainedByScripts } from "./errors.js";
export { askForFolder, folderPermission, folderState, give, giveFolder, readFolder, receiveGiven } from "./intake.js";
export { chooseLanguage, isLanguageChosen, translateAgain } from "./language.js";
export { heldLocks, holdLock } from "./locks.js";
export { showPicture } from "./pictures.js";
/** Makes pages that hand out a collection. The first one loads the module. */
export const handout = () => late(import("./handout/handout.js"), "static/js/handout/handout.js");
/** The labs' own Python in a worker. The first lab loads the module. */
export const labs = () => late(import("./labs/labs.js"), "static/js/labs/labs.js");
/** The labs' maps. The first map loads the module and ECharts. */
export const labCharts = () => late(import("./labs/charts.js"), "static/js/labs/charts.js");
/** The map of a collection. The first one loads the module. */
export const maps = () => late(import("./maps/maps.js"), "static/js/maps/maps.js");
/** Backups in a folder. The first one loads the module. */
export const backupFolder = () => late(import("./backup-folder.js"), "static/js/backup-folder.js");
/** Markdown as elements. The first text that needs it loads the module and its libraries. */
export const markdown = () => late(import("./markdown.js"), "static/js/markdown.js");
/** The second Python, in a worker. The first PDF or Word document loads the module. */
export const papers = () => late(import("./papers/papers.js"), "static/js/papers/papers.js");
export { closeImage, imagePixels, imageThumbnail, openImage } from "./images.js";
export { createSession, releaseSession, runSession } from "./onnx.js";
export { addPackage } from "./python.js";
export { connect } from "./semblance.js";
/** The service worker's page end. The module is not part of the start: it is loaded when the app is ready. */
export const offlineSite = () => late(import("./sw-client.js"), "static/js/sw-client.js");
export { askForPersistence, openStore, storageEstimate } from "./store.js";
export { threads } from "./threads.js";
export { encodeBatch, loadTokenizer, tokensOf } from "./tokenizer.js";
