// UMAP (McInnes, Healy and Melville 2018) in WebAssembly, for a worker: it takes seconds.

/**
 * Places in the plane for n vectors of d numbers, which come as one flat array. UMAP finds them from cosines. The same vectors
 * get the same places.
 *
 * @returns {Promise<Float32Array>}  n pairs
 */
export async function umap(vectors, n, d, neighbours) {
  const { createUMAP } = await import("../vendor/embedding-atlas/umap.js");
  const layout = await createUMAP(n, d, 2, vectors, { metric: "cosine", nNeighbors: neighbours, seed: 1 });
  try {
    await layout.run();
    return layout.embedding.slice();
  } finally {
    layout.destroy();
  }
}
