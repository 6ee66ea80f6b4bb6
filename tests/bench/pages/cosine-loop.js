// Exact nearest rows as one would write it in plain JavaScript: a loop over a typed array of rows.

/**
 * Cosine of `query` with each of the `n` rows of `matrix`; -> [{row, score}] of the best `k`, best first.
 * Rows of a Float32Array are of length 1; those of an Int8Array are as long as `scales` makes 1.
 */
export function nearest(matrix, n, query, k = 10, scales = null) {
  const d = query.length;
  const best = [];
  for (let row = 0; row < n; row++) {
    const offset = row * d;
    let score = 0;
    for (let i = 0; i < d; i++) score += matrix[offset + i] * query[i];
    if (scales) score *= scales[row];
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

/** Unit rows as int8, with the scales that make them of length 1 again. */
export function rounded(matrix, n, d) {
  const codes = new Int8Array(n * d);
  const scales = new Float32Array(n);
  for (let row = 0; row < n; row++) {
    const values = matrix.subarray(row * d, (row + 1) * d);
    const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    let squares = 0;
    for (let i = 0; i < d; i++) squares += (codes[row * d + i] = Math.round((values[i] / most) * 127)) ** 2;
    scales[row] = 1 / Math.sqrt(squares);
  }
  return { codes, scales };
}
