// Text models of the site side by side, without Python: what a model loads for texts, and how fast it embeds them.

import { asset } from "./static/js/assets.js";
import { fetchJson } from "./static/js/download.js";
import { createSession, runSession } from "./static/js/onnx.js";
import { encodeBatch, loadTokenizer } from "./static/js/tokenizer.js";
import { wordVectors } from "./static/js/word-rows.js";

const TEXTS_AT_ONCE = 8;

async function load(name) {
  const folder = asset(`models/${name}/`);
  const { files, dims } = await fetchJson(`${folder}manifest.json`);
  const model = Object.keys(files).find((path) => path.endsWith(".onnx"));
  const loading = [createSession(folder + model, { expected: files[model] }), loadTokenizer(folder, files)];
  const [{ session }] = await Promise.all(loading);
  return { folder, session, dims };
}

/** Token ids of each text, special tokens included. */
async function idsOf(folder, texts, most) {
  const { ids, lengths } = await encodeBatch(folder, texts, true);
  let end = 0;
  return Array.from(lengths, (length) => {
    end += length;
    return Array.from(ids.subarray(end - length, end)).slice(0, most);
  });
}

const bigInts = (numbers) => BigInt64Array.from(numbers, BigInt);

/** Input tensors of texts, padded to the longest. */
function feedsOf(rows) {
  const length = Math.max(...rows.map((row) => row.length));
  const tensor = (numberAt) => {
    const numbers = rows.flatMap((row) => Array.from({ length }, (_, at) => numberAt(row, at)));
    return { type: "int64", dims: [rows.length, length], data: bigInts(numbers) };
  };
  return { input_ids: tensor((row, at) => row[at] ?? 0), attention_mask: tensor((row, at) => Number(at < row.length)) };
}

window.bench = {
  /** Load a model, and the rows of its word table that texts need. */
  async read(name, texts, most) {
    const { folder, dims } = await load(name);
    for (const row of await idsOf(folder, texts, most)) await wordVectors(folder, bigInts(row), bigInts(row.map(() => 1)), dims);
  },

  /** Milliseconds to embed texts, the shortest first. */
  async embed(name, texts, most) {
    const { folder, session } = await load(name);
    const start = performance.now();
    const rows = (await idsOf(folder, texts, most)).sort((a, b) => a.length - b.length);
    for (let at = 0; at < rows.length; at += TEXTS_AT_ONCE) {
      await runSession(session, feedsOf(rows.slice(at, at + TEXTS_AT_ONCE)), ["sentence_embedding"]);
    }
    return performance.now() - start;
  },
};
