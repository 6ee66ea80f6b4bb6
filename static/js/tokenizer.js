// The page's end of the tokenizer; py/semblance/browser/tokenizer.py is its Python face.

import { asset } from "./assets.js";
import { Client } from "./rpc.js";

const worker = new Client(asset("static/js/workers/tokenizer.worker.js"));

/** Load the tokenizer of a model's folder (an address that ends in a slash); `files` are those of the model's manifest. */
export async function loadTokenizer(folder, files) {
  await worker.call("load", { folder, files });
  performance.mark("start: tokenizer ready");
}

/** Token ids of each text: {ids, lengths}, both Int32Array. */
export const encodeBatch = (folder, texts, addSpecialTokens) =>
  worker.call("encodeBatch", { folder, texts, addSpecialTokens });

/** The pieces that ids stand for, as the vocabulary writes them. */
export const tokensOf = (folder, ids) => worker.call("tokens", { folder, ids });
