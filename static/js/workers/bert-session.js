// The text model that static/wasm/bert.c computes on several threads, with the interface of ONNX Runtime's session.
//
// Each thread is a worker with a kernel and weights of its own. Nothing is shared, so this needs no cross-origin isolation.

import { asset } from "../assets.js";
import { download } from "../download.js";
import { SemblanceError } from "../errors.js";
import { readModel } from "./onnx-file.js";
import { Client } from "../rpc.js";

const HEAD = 32; // width of an attention head, in bert.c
const SENTENCE = "sentence_embedding";
const TOKENS = "token_embeddings";
const MOST_THREADS = 4; // each holds the weights, which are 30 or 40 MB
const TOKENS_AT_ONCE = 256; // of short texts; a longer text is alone. More is not faster, and threads would wait for each other

const THREADS = Math.min(navigator.hardwareConcurrency || 1, MOST_THREADS);

let ahead = []; // workers that have started and wait for a model

const newThread = () => {
  const worker = new Client(asset("static/js/workers/bert.worker.js"));
  worker.start();
  return worker;
};

const most = ({ threads = THREADS } = {}) => Math.min(threads, THREADS);

/** Start the workers of the next session, so that they load while its model does. */
export function startThreads(options) {
  while (ahead.length < most(options)) ahead.push(newThread());
}

/** As many workers as a session wants. No others wait after it. */
function takeThreads(number) {
  const waiting = ahead;
  ahead = [];
  for (const worker of waiting.slice(number)) worker.terminate();
  return Array.from({ length: number }, (_, index) => waiting[index] ?? newThread());
}

/** A session for the model; undefined if the model is of another kind or the browser has no WebAssembly with SIMD. */
export async function bertSession(bytes, options) {
  const model = readModel(bytes);
  const shape = shapeOf(model);
  if (!shape) return void takeThreads(0);
  const code = await download(asset("static/wasm/bert.wasm"));
  if (!WebAssembly.validate(code)) return void takeThreads(0);
  const vocabulary = model.constants.get("words")?.dims[0] ?? 0;
  const [positions, width] = model.constants.get("positions").dims;
  const workers = takeThreads(most(options));
  const rows = Math.max(positions, TOKENS_AT_ONCE);
  await Promise.all(workers.map((worker) => worker.call("create", { code, model: bytes, shape, rows })));
  return new BertSession(workers, { vocabulary, width, positions });
}

/**
 * {layers, heads, epsilon} of a graph of py/semblance/parts with weights of 4 or 8 bits; undefined for other graphs. It has a
 * table of words, or its words come as vectors.
 */
function shapeOf({ producer, name, constants, epsilon }) {
  if (producer !== "semblance" || name !== "bert" || !constants.has("encoder.layer.0.intermediate.dense.weight.scale")) return undefined;
  const heads = constants.get("positions").dims[1] / HEAD;
  const byHead = new BigInt64Array(constants.get("by_head").data.slice().buffer); // (0, 0, heads, width of a head)
  if (Number(byHead[2]) !== heads) return undefined;
  let layers = 0;
  while (constants.has(`encoder.layer.${layers}.output.LayerNorm.weight`)) layers++;
  return { layers, heads, epsilon };
}

class BertSession {
  inputMetadata;
  outputMetadata;
  #workers;
  #size;

  constructor(workers, size) {
    this.#workers = workers;
    this.#size = size;
    const words = size.vocabulary
      ? { name: "input_ids", type: "int64", shape: ["batch", "tokens"] }
      : { name: "words", type: "float32", shape: ["batch", "tokens", size.width] };
    this.inputMetadata = [words, { name: "attention_mask", type: "int64", shape: ["batch", "tokens"] }];
    this.outputMetadata = [
      { name: SENTENCE, type: "float32", shape: ["batch", size.width] },
      { name: TOKENS, type: "float32", shape: ["batch", "tokens", size.width] },
    ];
  }

  /**
   * As ONNX Runtime's `run`: tensors by name -> outputs by name. The vectors of tokens are given only if asked for. They are
   * zeros for padding.
   */
  async run({ input_ids: ids, words, attention_mask: mask }, fetches = [SENTENCE]) {
    const [count, tokens] = mask.dims;
    const { width } = this.#size;
    const textAt = (start) => {
      const length = this.#lengthOf(mask.data.subarray(start, start + tokens));
      return { length, words: words ? words.data.subarray(start * width, (start + length) * width) : this.#ids(ids.data, start, length) };
    };
    const texts = Array.from({ length: count }, (_, row) => textAt(row * tokens));
    const outputs = { [SENTENCE]: zeros(count, width) };
    if (fetches.includes(TOKENS)) outputs[TOKENS] = zeros(count, tokens, width);
    const parts = portions(texts, this.#workers.length);
    const work = async (worker) => {
      for (let part = parts.pop(); part; part = parts.pop()) place(part, await encode(worker, part, TOKENS in outputs), outputs);
    };
    await Promise.all(this.#workers.map(work));
    return outputs;
  }

  async release() {
    for (const worker of this.#workers) worker.terminate();
  }

  /** How many tokens a row has before its padding. */
  #lengthOf(mask) {
    let length = 0;
    while (length < mask.length && mask[length]) length++;
    if (!length || mask.subarray(length).some(Boolean)) refuse("no_tokens");
    if (length > this.#size.positions) refuse("many_tokens", { number: length, most: this.#size.positions });
    return length;
  }

  #ids(data, start, length) {
    const ids = Int32Array.from(data.subarray(start, start + length), Number);
    if (ids.some((id) => id < 0 || id >= this.#size.vocabulary)) refuse("no_token_id");
    return ids;
  }
}

function refuse(key, values) {
  throw new SemblanceError("ModelError", key, values);
}

/** Texts in portions of about TOKENS_AT_ONCE. There are at least as many portions as threads if there are enough texts. */
function portions(texts, threads) {
  const total = texts.reduce((sum, { length }) => sum + length, 0);
  const room = Math.min(TOKENS_AT_ONCE, Math.ceil(total / threads));
  const parts = [];
  let tokens = Infinity;
  texts.forEach((text, first) => {
    if (tokens + text.length > room) {
      parts.push({ first, texts: [] });
      tokens = 0;
    }
    parts.at(-1).texts.push(text);
    tokens += text.length;
  });
  return parts;
}

const zeros = (...dims) => ({ type: "float32", dims, data: new Float32Array(dims.reduce((product, size) => product * size)) });

/** Copy the results of a portion of texts into the outputs. */
function place({ first, texts }, { vectors, tokens }, { [SENTENCE]: sentences, [TOKENS]: padded }) {
  const [, width] = sentences.dims;
  sentences.data.set(vectors, first * width);
  if (!padded) return;
  let at = 0;
  texts.forEach(({ length }, index) => {
    padded.data.set(tokens.subarray(at, at + length * width), (first + index) * padded.dims[1] * width);
    at += length * width;
  });
}

function encode(worker, { texts }, withTokens) {
  const lengths = Int32Array.from(texts, ({ length }) => length);
  const { constructor: Words } = texts[0].words; // ids or vectors
  const words = new Words(texts.reduce((sum, text) => sum + text.words.length, 0));
  let at = 0;
  for (const text of texts) {
    words.set(text.words, at);
    at += text.words.length;
  }
  return worker.call("encode", { words, lengths, withTokens }, { transfer: [words.buffer] });
}
