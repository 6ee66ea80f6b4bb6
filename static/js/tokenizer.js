// The page's end of the tokenizer's worker. py/semblance/browser/tokenizer.py calls this module.

import { asset } from "./assets.js";
import { Client } from "./rpc.js";

const worker = new Client(asset("static/js/workers/tokenizer.worker.js"));

/** Load the tokenizer of a model. `folder` is an address that ends in a slash, `files` the files of the model's manifest. */
export async function loadTokenizer(folder, files) {
  await worker.call("load", { folder, files });
  performance.mark("start: tokenizer ready");
}

/** Token ids of each text: {ids, lengths}, both Int32Array. */
export const encodeBatch = (folder, texts, addSpecialTokens) =>
  worker.call("encodeBatch", { folder, texts, addSpecialTokens });

/** The vocabulary's pieces for ids. */
export const tokensOf = (folder, ids) => worker.call("tokens", { folder, ids });
