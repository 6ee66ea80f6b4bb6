// Tokenizers in a worker, because long texts take long and the page must not wait for them: @huggingface/tokenizers, and our
// own for models whose vocabulary is so large that it comes in a compact form.

import { Tokenizer } from "../../vendor/tokenizers/tokenizers.min.mjs";
import { download, fetchJson } from "../download.js";
import { late } from "../errors.js";
import { expose } from "../rpc.js";

const VOCABULARY = "words/vocabulary.bin.gz";

const tokenizers = new Map(); // folder of the model -> {encode: (text, addSpecialTokens) => ids, token: (id) => piece}

// The library's normalisers differ from PyPI's tokenizers in two ways. Texts are prepared so that the ids are the same:
// - BERT's looks for ideographs by UTF-16 unit, so it does not set ideographs beyond U+FFFF apart;
// - it lowercases whole texts, so that a capital sigma at the end of a word becomes a final one.
const ASTRAL_IDEOGRAPHS = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** A function that prepares a text, given the `normalizer` of tokenizer.json. */
function preparation(normalizer) {
  const steps = normalizer?.type === "Sequence" ? normalizer.normalizers : [normalizer ?? {}];
  const apart = steps.some(({ type, handle_chinese_chars }) => type === "BertNormalizer" && handle_chinese_chars);
  const lower = steps.some(({ type, lowercase }) => type === "Lowercase" || (type === "BertNormalizer" && lowercase));
  return (text) => {
    const spaced = apart ? text.replace(ASTRAL_IDEOGRAPHS, " $& ") : text;
    return lower ? spaced.replaceAll("Σ", "σ") : spaced;
  };
}

/** All ids in one flat array, and the number of each text's ids. Arrays of arrays would be copied one by one. */
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

/** The tokenizer of tokenizer.json and tokenizer_config.json. */
async function fromJson(folder, files) {
  const [json, config] = await Promise.all(
    ["tokenizer.json", "tokenizer_config.json"].map((name) => fetchJson(folder + name, files[name])),
  );
  const tokenizer = new Tokenizer(json, config);
  const prepare = preparation(json.normalizer);
  return {
    encode: (text, addSpecialTokens) => tokenizer.encode(prepare(text), { add_special_tokens: addSpecialTokens }).ids,
    token: (id) => tokenizer.id_to_token(id) ?? "",
  };
}

/** The tokenizer of a compact vocabulary. The first one loads the code. */
async function fromVocabulary(buffer) {
  const { readPieces } = await late(import("../vocabulary.js"), "static/js/vocabulary.js");
  const { Unigram } = await late(import("./unigram.js"), "static/js/workers/unigram.js");
  return new Unigram(readPieces(buffer));
}

expose({
  /** Load a tokenizer, once. Gives also the `vocabulary` in which the rows of the model's words are listed, if there is one. */
  async load({ folder, files }) {
    if (tokenizers.has(folder)) return { result: {} };
    if (!(VOCABULARY in files)) {
      tokenizers.set(folder, await fromJson(folder, files));
      return { result: {} };
    }
    const { buffer } = await download(folder + VOCABULARY, files[VOCABULARY]);
    tokenizers.set(folder, await fromVocabulary(buffer));
    return { result: { vocabulary: buffer }, transfer: [buffer] };
  },

  encodeBatch({ folder, texts, addSpecialTokens }) {
    const tokenizer = tokenizers.get(folder);
    const result = flatten(texts.map((text) => tokenizer.encode(text, addSpecialTokens)));
    return { result, transfer: [result.ids.buffer, result.lengths.buffer] };
  },

  tokens({ folder, ids }) {
    const tokenizer = tokenizers.get(folder);
    return { result: ids.map((id) => tokenizer.token(id)) };
  },
});
