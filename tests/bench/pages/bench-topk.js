// Exact top 10 over the same random unit vectors: Semblance beside plain loops and a library, in turns.

import { nearest, rounded } from "./cosine-loop.js";
import { openStore } from "./static/js/store.js";
import { ORAMA, oramaIndex, oramaNearest } from "./orama.js";

const DIMS = 384;
const K = 10;
const STORED = "bench-topk";
const BATCH = 2000;
const MOST_FOR_ORAMA = 100_000; // rows: it keeps a JavaScript array of each

const python = new Promise((resolve) => {
  window.startBench = (load, search, back) => resolve({ load, nearest: search, back });
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

const LEAST = 0.003; // cosines of rounded rows differ by less

let rows; // {matrix, n} and what each side keeps of it

/** The same rows, but for those whose scores differ by no more than rounding does; -> how many are the same. */
function agreement(found, expected, query) {
  expected.forEach(({ score }, rank) => {
    const [other] = nearest(rows.matrix.subarray(found[rank] * DIMS), 1, query, 1);
    if (!(Math.abs(other.score - score) < LEAST)) throw new Error(`the searches disagree at rank ${rank + 1}`);
  });
  return expected.filter(({ row }) => found.includes(row)).length / expected.length;
}

const sides = () => ({
  "a plain JavaScript loop, float32": (query) => nearest(rows.matrix, rows.n, query, K),
  "a plain JavaScript loop, int8": (query) => nearest(rows.codes, rows.n, query, K, rows.scales),
  ...(rows.orama && { [ORAMA]: (query) => oramaNearest(rows.orama, query, K) }),
});

window.bench = {
  /** Make `n` rows and give them to all sides; -> the bytes of Semblance's vectors. */
  async load(n) {
    const matrix = unitRows(n, 1);
    const orama = n > MOST_FOR_ORAMA ? undefined : await oramaIndex(matrix, DIMS);
    rows = { n, matrix, ...rounded(matrix, n, DIMS), orama };
    return (await python).load(matrix, DIMS);
  },

  /** Store the rows as items without texts; -> the bytes that the browser says they take. */
  async store() {
    const used = async () => (await navigator.storage.estimate()).usage;
    const before = await used();
    const store = await openStore(STORED);
    await store.putCollection({ key: "k", name: "n", model: "m", encoder_fingerprint: "f", dims: DIMS, created: 1 });
    for (let first = 0; first < rows.n; first += BATCH) {
      const count = Math.min(BATCH, rows.n - first);
      const items = Array.from({ length: count }, (_, i) => {
        const id = `note-${String(first + i).padStart(6, "0")}`;
        return { id, title: id, source: "notes", fingerprint: id.repeat(6), image: false, content: "", rest: "{}" };
      });
      const codes = rows.codes.slice(first * DIMS, (first + count) * DIMS);
      await store.write("k", items, new Int32Array(count).fill(1), new Int32Array(count).fill(DIMS), codes);
    }
    store.close();
    return (await used()) - before;
  },

  /** Seconds until all that is stored is back in memory. */
  back: async () => (await python).back(STORED),

  /** So many searches by each side, in turns: {ms: {side: [...]}, agreement: [share of float32's top, ...]}. */
  async run(searches, seed) {
    const { nearest: ours } = await python;
    const queries = unitRows(searches, seed);
    const ms = { Semblance: [], ...Object.fromEntries(Object.keys(sides()).map((side) => [side, []])) };
    const agreements = [];
    const timed = (side, search) => {
      const start = performance.now();
      const found = search();
      ms[side].push(performance.now() - start);
      return found;
    };
    for (let i = 0; i < searches; i++) {
      const query = queries.subarray(i * DIMS, (i + 1) * DIMS);
      const found = timed("Semblance", () => ours(query, K));
      const answers = Object.entries(sides()).map(([side, search]) => timed(side, () => search(query)));
      agreements.push(agreement([...found], answers[0], query));
      if (rows.orama) agreement(answers[2].map(({ row }) => row), answers[0], query);
    }
    return { ms, agreements };
  },
};
