// The JavaScript that Python in the labs' worker may use: the part of ../bridge.js that it needs. The page owns the other
// workers, so the page calls them for this worker (services.js).

import { caller } from "../rpc.js";

export { asset } from "../assets.js";
export { fetchText } from "../download.js";
export { addPackage } from "../python.js";
export { threads } from "../threads.js";

let page;

/** For the worker only: take the port to the page. */
export const connectPage = (port) => (page = caller(port));

export const createSession = (address, { expected, onProgress }) => page("createSession", { address, expected }, { onProgress });

export function runSession(session, feeds, fetches) {
  const transfer = Object.values(feeds).map(({ data }) => data.buffer);
  return page("runSession", { session, feeds, fetches }, { transfer });
}

export const loadTokenizer = (folder, files) => page("loadTokenizer", { folder, files });
export const encodeBatch = (folder, texts, addSpecialTokens) => page("encodeBatch", { folder, texts, addSpecialTokens });
export const tokensOf = (folder, ids) => page("tokensOf", { folder, ids });

export const openImage = (handle, blob, maxPixels) => page("openImage", { handle, blob, maxPixels });
export const imagePixels = (handle, window) => page("imagePixels", { handle, window });
export const imageThumbnail = (handle, window) => page("imageThumbnail", { handle, window });
export const closeImage = (handle) => page("closeImage", { handle });

/** The bytes of a file of the site, by its path. */
export const readFile = (path) => page("readFile", { path });

/** Only lessons on a learner's own collections need the store, so its module is loaded on first use. */
export const openStore = async (...args) => (await import("../store.js")).openStore(...args);

/** Only some demos need UMAP, so its module is loaded on first use. */
export const umap = async (...args) => (await import("../umap.js")).umap(...args);
