// @huggingface/tokenizers in a worker: long texts take long, and the page must not wait for them.

import { Tokenizer } from "../vendor/tokenizers/tokenizers.min.mjs";
import { SemblanceError } from "./errors.js";
import { expose } from "./rpc.js";

const tokenizers = new Map();

async function fetchJson(url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new SemblanceError("ModelError", "the tokenizer could not be loaded", url);
  return response.json();
}

/** All ids in one flat array, and the length of each text's share: arrays of arrays would be copied one by one. */
function flatten(encodings) {
  const lengths = Int32Array.from(encodings, (ids) => ids.length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const encoding of encodings) {
    ids.set(encoding, offset);
    offset += encoding.length;
  }
  return { ids, lengths };
}

expose({
  async load({ folder }) {
    if (tokenizers.has(folder)) return;
    const [tokenizer, config] = await Promise.all(
      ["tokenizer.json", "tokenizer_config.json"].map((name) => fetchJson(new URL(name, folder))),
    );
    tokenizers.set(folder, new Tokenizer(tokenizer, config));
  },

  encodeBatch({ folder, texts, addSpecialTokens }) {
    const tokenizer = tokenizers.get(folder);
    const result = flatten(texts.map((text) => tokenizer.encode(text, { add_special_tokens: addSpecialTokens }).ids));
    return { result, transfer: [result.ids.buffer, result.lengths.buffer] };
  },
});
