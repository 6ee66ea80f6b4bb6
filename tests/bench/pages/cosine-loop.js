// Exact nearest rows as one would write it in plain JavaScript: a loop over a Float32Array of unit rows.

/** Cosine of `query` with each of the `n` rows of `matrix`; -> [{row, score}] of the best `k`, best first. */
export function nearest(matrix, n, query, k = 10) {
  const d = query.length;
  const best = [];
  for (let row = 0; row < n; row++) {
    const offset = row * d;
    let score = 0;
    for (let i = 0; i < d; i++) score += matrix[offset + i] * query[i];
    if (best.length < k || score > best[k - 1].score) insert(best, { row, score }, k);
  }
  return best;
}

function insert(best, found, k) {
  let place = best.length;
  while (place > 0 && best[place - 1].score < found.score) place--;
  best.splice(place, 0, found);
  if (best.length > k) best.pop();
}
