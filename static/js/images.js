// The page's end of the picture worker. py/semblance/browser/images.py calls this module.

import { asset } from "./assets.js";
import { Client } from "./rpc.js";

const worker = new Client(asset("static/js/workers/image.worker.js"));

/** Decode a picture and keep it under a handle -> {width, height}. `limits` are {maxPixels, maxPixelsScaled}. It takes memory until it is closed. */
export const openImage = (handle, blob, limits) => worker.call("open", { handle, blob, limits });

/** The RGB pixels of a window of an open picture: see resample.js. */
export const imagePixels = (handle, window) => worker.call("pixels", { handle, window });

/** A window of an open picture, as the bytes of a JPEG file. */
export const imageThumbnail = (handle, window) => worker.call("thumbnail", { handle, window });

/** Free an open picture. A handle that is not open is ignored. */
export const closeImage = (handle) => worker.call("close", { handle }).catch(() => {}); // nobody waits for it
