// Exact top 10 over the same random unit vectors: numpy in Pyodide beside a plain loop, in turns.

import { nearest } from "./cosine-loop.js";

const DIMS = 384;
const K = 10;

const python = new Promise((resolve) => {
  window.startBench = (load, nearest) => resolve({ load, nearest });
});

/** A small generator of random numbers (mulberry32), so that every run sees the same vectors. */
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function unitRows(n, seed) {
  const next = random(seed);
  const matrix = new Float32Array(n * DIMS);
  for (let start = 0; start < matrix.length; start += DIMS) {
    const row = matrix.subarray(start, start + DIMS);
    for (let i = 0; i < DIMS; i++) row[i] = next() - 0.5;
    const length = Math.hypot(...row);
    for (let i = 0; i < DIMS; i++) row[i] /= length;
  }
  return matrix;
}

let matrix;

/** The same rows, but for those whose scores differ by no more than float32 rounds. */
function check(found, expected, query) {
  expected.forEach(({ score }, rank) => {
    const [other] = nearest(matrix.subarray(found[rank] * DIMS), 1, query, 1);
    if (!(Math.abs(other.score - score) < 1e-5)) throw new Error(`the searches disagree at rank ${rank + 1}`);
  });
}

window.bench = {
  async load(n) {
    matrix = unitRows(n, 1);
    (await python).load(matrix, DIMS);
  },

  /** Milliseconds of each of so many searches among the first `n` rows: {ours, theirs}. */
  async run(n, searches, seed) {
    const { nearest: ours } = await python;
    const queries = unitRows(searches, seed);
    const times = { ours: [], theirs: [] };
    for (let i = 0; i < searches; i++) {
      const query = queries.subarray(i * DIMS, (i + 1) * DIMS);
      const [start, found, between, expected, end] = [
        performance.now(),
        ours(n, query, K),
        performance.now(),
        nearest(matrix, n, query, K),
        performance.now(),
      ];
      check(found, expected, query);
      times.ours.push(between - start);
      times.theirs.push(end - between);
    }
    return times;
  },
};
