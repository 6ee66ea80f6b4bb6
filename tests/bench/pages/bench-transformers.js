// The other side, for texts: Transformers.js with the same model's files.

import { AutoModel, AutoTokenizer, dtype, model as name, threads } from "./transformers.js";
import { PAIR } from "./pair.js";
import { nearest } from "./cosine-loop.js";

const loading = Promise.all([AutoTokenizer.from_pretrained(name), AutoModel.from_pretrained(name, { dtype })]);

let dims = 0;
let matrix; // the last embedded texts, one after another
let rows = 0;

/** Unit vectors of the texts, as one flat Float32Array. */
async function encode(texts) {
  const [tokenizer, model] = await loading;
  const inputs = tokenizer(texts, { padding: true, truncation: true, max_length: 256 });
  const { sentence_embedding: vectors } = await model(inputs);
  dims = vectors.dims[1];
  return vectors.data;
}

async function embed(texts, batch) {
  const parts = [];
  for (let i = 0; i < texts.length; i += batch) {
    parts.push(await encode(texts.slice(i, i + batch)));
    await scheduler.yield(); // a careful user lets the page breathe between batches
  }
  rows = texts.length;
  matrix = new Float32Array(rows * dims);
  parts.forEach((part, i) => matrix.set(part, i * batch * dims));
}

/** -> {ms since navigation, score} */
window.first = encode(PAIR).then((vectors) => {
  const [{ score }] = nearest(vectors.subarray(0, dims), 1, vectors.subarray(dims));
  return { ms: performance.now(), score };
});

window.bench = {
  info: async () => (await loading, { threads: threads() }),

  /** Embed the texts; -> milliseconds. */
  async embed(texts, batch) {
    const start = performance.now();
    await embed(texts, batch);
    return performance.now() - start;
  },

  /** -> milliseconds that each query took. */
  async search(queries) {
    const times = [];
    for (const query of queries) {
      const start = performance.now();
      nearest(matrix, rows, await encode([query]));
      times.push(performance.now() - start);
    }
    return times;
  },
};
