// One instance of static/wasm/bert.c, which turns token ids or word vectors into unit vectors on one thread.

import { SemblanceError } from "../errors.js";

const WORD = 4; // bytes of each member of the structures in bert.c; each is an int32, a float or an address
const DENSE = 6 * WORD;
const NORM = 2 * WORD;
const HALVES = [
  ["attention.self", "attention.output.dense", "attention.output.LayerNorm"],
  ["intermediate.dense", "output.dense", "output.LayerNorm"],
];
const LAYER = HALVES.length * (2 * DENSE + NORM);
const UINT8 = 2; // ONNX's number of the element type

export class Bert {
  #kernel;
  #model;
  #ids; // of one call; 0 if the model has no table of words
  #hidden; // word vectors before `encode`, the tokens' vectors after it
  #lengths;
  #vectors;
  #width;

  /**
   * @param {WebAssembly.Module} kernel  static/wasm/bert.wasm
   * @param {{layers: number, heads: number, epsilon: number}} shape  of the model
   * @param {Map<string, {dims: number[], type: number, data: Uint8Array}>} constants  of the file
   * @param {number} rows  most tokens of a call
   */
  static async create(kernel, shape, constants, rows) {
    const { exports } = await WebAssembly.instantiate(kernel);
    return new Bert(exports, shape, constants, rows);
  }

  constructor(kernel, { layers, heads, epsilon }, constants, rows) {
    this.#kernel = kernel;
    const load = (name) => this.#store(constants.get(name).data);
    const norm = (name) => [load(`${name}.weight`), load(`${name}.bias`)];
    const [, width] = constants.get("positions").dims;
    const table = constants.has("words") ? [load("words"), load("words.scale")] : [0, 0];
    const inner = constants.get("encoder.layer.0.intermediate.dense.bias").dims[0];
    const layer = this.#allocate(layers * LAYER);
    const start = [...table, load("positions"), ...norm("embeddings.LayerNorm"), layer];
    this.#model = this.#store(new Int32Array([layers, width, heads, inner, rows, bitsOf(epsilon), ...start]));
    this.#packLayers(layer, layers, constants, norm);
    this.#hidden = kernel.prepare(this.#model);
    if (!this.#hidden) throw new SemblanceError("ModelError", "no_memory");
    this.#width = width;
    this.#ids = constants.has("words") ? this.#allocate(rows * WORD) : 0;
    this.#lengths = this.#allocate(rows * WORD);
    this.#vectors = this.#allocate(rows * width * WORD);
  }

  /**
   * Unit vectors of texts, end to end. The words of the texts lie end to end too. `withTokens` adds the vectors of the tokens
   * before pooling.
   *
   * @param {Int32Array | Float32Array} words  of all texts, at most `rows`: ids, or vectors if the model has no table of words
   * @param {Int32Array} lengths  how many words each text has: one or more
   * @param {boolean} withTokens
   * @returns {{vectors: Float32Array, tokens: Float32Array | undefined}}
   */
  encode(words, lengths, withTokens) {
    const { memory, encode, look_up: lookUp } = this.#kernel;
    this.#put(this.#ids || this.#hidden, words);
    this.#put(this.#lengths, lengths);
    if (this.#ids) lookUp(this.#model, this.#ids, words.length);
    encode(this.#model, this.#lengths, lengths.length, this.#vectors);
    const copy = (address, rows) => new Float32Array(memory.buffer, address, rows * this.#width).slice();
    const tokens = this.#ids ? words.length : words.length / this.#width;
    return { vectors: copy(this.#vectors, lengths.length), tokens: withTokens ? copy(this.#hidden, tokens) : undefined };
  }

  #packLayers(address, layers, constants, norm) {
    const sizes = Array.from(constants, ([name, { data }]) => (name.startsWith("encoder.") ? data.length : 0));
    const buffer = this.#allocate(Math.max(...sizes)); // `pack` copies what it reads, so one buffer is enough
    for (let number = 0; number < layers; number++) {
      for (const [first, second, last] of HALVES) {
        const prefix = `encoder.layer.${number}`;
        this.#pack(address, `${prefix}.${first}`, constants, buffer);
        this.#pack(address + DENSE, `${prefix}.${second}`, constants, buffer);
        this.#put(address + 2 * DENSE, new Int32Array(norm(`${prefix}.${last}`)));
        address += 2 * DENSE + NORM;
      }
    }
  }

  #pack(address, name, constants, buffer) {
    const { dims, type, data } = constants.get(`${name}.weight`);
    const load = (part) => (constants.has(name + part) ? this.#store(constants.get(name + part).data) : 0);
    const halves = type === UINT8; // (n, k / 32, 16): levels of 4 bits. Those of 8 bits are (k / 64, 64, n)
    const [outputs, inputs, block] = halves ? [dims[0], dims[1] * dims[2] * 2, dims[2] * 2] : [dims[2], dims[0] * dims[1], dims[1]];
    this.#put(address, Int32Array.of(inputs, outputs, block, 0, 0, load(".bias")));
    this.#put(buffer, data);
    const pack = halves ? this.#kernel.pack_halves : this.#kernel.pack;
    if (!pack(address, buffer, load(".weight.scale"), load(".weight.factors"))) throw new SemblanceError("ModelError", "no_memory");
  }

  #allocate(bytes) {
    const address = this.#kernel.allocate(bytes);
    if (!address) throw new SemblanceError("ModelError", "no_memory");
    return address;
  }

  #store(array) {
    const address = this.#allocate(array.byteLength);
    this.#put(address, array);
    return address;
  }

  #put(address, { buffer, byteOffset, byteLength }) {
    new Uint8Array(this.#kernel.memory.buffer).set(new Uint8Array(buffer, byteOffset, byteLength), address);
  }
}

/** The bits of a float32, as an int32. */
const bitsOf = (number) => new Int32Array(Float32Array.of(number).buffer)[0];
