// Orama, a search library for the browser whose vector search is exact, too.

import { create, insertMultiple, searchVector } from "./peer/orama/index.js";

export const ORAMA = "Orama";

/** Its index of the rows of a matrix, without texts. */
export async function oramaIndex(matrix, dims) {
  const db = create({ schema: { vector: `vector[${dims}]` } });
  const documents = [];
  for (let start = 0; start < matrix.length; start += dims) {
    documents.push({ id: String(start / dims), vector: Array.from(matrix.subarray(start, start + dims)) });
  }
  await insertMultiple(db, documents, 1000);
  return db;
}

/** -> [{row, score}] of the best `k`, best first. */
export function oramaNearest(db, query, k) {
  const { hits } = searchVector(db, { vector: { value: query, property: "vector" }, similarity: -1, limit: k });
  return hits.map(({ id, score }) => ({ row: Number(id), score }));
}
