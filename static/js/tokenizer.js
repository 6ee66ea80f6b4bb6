// The page's end of the tokenizer's worker. py/semblance/browser/tokenizer.py calls this module.

import { asset } from "./assets.js";
import { late } from "./errors.js";
import { Client } from "./rpc.js";

const worker = new Client(asset("static/js/workers/tokenizer.worker.js"));
const tables = new Map(); // folder of a model whose words come in rows -> the module that fetches these

/** Start the worker ahead of the tokenizer's files. */
export const startAhead = () => worker.start();

/** Load the tokenizer of a model. `folder` is an address that ends in a slash, `files` the files of the model's manifest. */
export async function loadTokenizer(folder, files) {
  const { vocabulary } = await worker.call("load", { folder, files });
  if (vocabulary) {
    tables.set(folder, await late(import("./word-rows.js"), "static/js/word-rows.js"));
    tables.get(folder).openTable(folder, vocabulary);
  }
  performance.mark("start: tokenizer ready");
}

/** Token ids of each text: {ids, lengths}, both Int32Array. If a model is about to need their rows, these are on their way. */
export async function encodeBatch(folder, texts, addSpecialTokens) {
  const encoded = await worker.call("encodeBatch", { folder, texts, addSpecialTokens });
  tables.get(folder)?.fetchAhead(folder, encoded.ids);
  return encoded;
}

/** The vocabulary's pieces for ids. */
export const tokensOf = (folder, ids) => worker.call("tokens", { folder, ids });
