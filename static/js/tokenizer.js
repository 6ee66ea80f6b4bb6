// The page's end of the tokenizer's worker. py/semblance/browser/tokenizer.py calls this module.

import { asset } from "./assets.js";
import { Client } from "./rpc.js";
import { fetchAhead, openTable } from "./word-rows.js";

const worker = new Client(asset("static/js/workers/tokenizer.worker.js"));

/** Load the tokenizer of a model. `folder` is an address that ends in a slash, `files` the files of the model's manifest. */
export async function loadTokenizer(folder, files) {
  const { vocabulary } = await worker.call("load", { folder, files });
  if (vocabulary) openTable(folder, vocabulary);
  performance.mark("start: tokenizer ready");
}

/** Token ids of each text: {ids, lengths}, both Int32Array. If a model is about to need their rows, these are on their way. */
export async function encodeBatch(folder, texts, addSpecialTokens) {
  const encoded = await worker.call("encodeBatch", { folder, texts, addSpecialTokens });
  fetchAhead(folder, encoded.ids);
  return encoded;
}

/** The vocabulary's pieces for ids. */
export const tokensOf = (folder, ids) => worker.call("tokens", { folder, ids });
