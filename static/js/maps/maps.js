// What the map of a collection needs of JavaScript: UMAP in a worker, and the drawing. py/semblance/browser/pages/maps/ has its
// words and lists.

import { asset } from "../assets.js";
import { Client } from "../rpc.js";
import { MapView } from "./view.js";

/** Places by UMAP: see ../umap.js. The vectors are handed over. The worker ends with its answer, since it takes much memory. */
export async function umap(vectors, n, d, neighbours) {
  const worker = new Client(asset("static/js/maps/umap.worker.js"));
  try {
    return await worker.call("umap", { vectors, n, d, neighbours }, { transfer: [vectors.buffer] });
  } finally {
    worker.terminate();
  }
}

/** A map on a canvas: see view.js. */
export const drawMap = (canvas, callbacks) => new MapView(canvas, callbacks);
