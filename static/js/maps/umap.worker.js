// UMAP in a worker of its own. maps.js is the page's end.

import { expose } from "../rpc.js";
import { umap } from "../umap.js";

expose({
  async umap({ vectors, n, d, neighbours }) {
    const result = await umap(vectors, n, d, neighbours);
    return { result, transfer: [result.buffer] };
  },
});
