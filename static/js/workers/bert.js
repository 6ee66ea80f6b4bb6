// One instance of static/wasm/bert.c, which turns token ids into unit vectors on one thread.

import { SemblanceError } from "../errors.js";

const WORD = 4; // bytes of each member of the structures in bert.c; each is an int32, a float or an address
const DENSE = 5 * WORD;
const NORM = 2 * WORD;
const HALVES = [
  ["attention.self", "attention.output.dense", "attention.output.LayerNorm"],
  ["intermediate.dense", "output.dense", "output.LayerNorm"],
];
const LAYER = HALVES.length * (2 * DENSE + NORM);

export class Bert {
  #kernel;
  #model;
  #ids;
  #lengths;
  #vectors;
  #width;

  /**
   * @param {WebAssembly.Module} kernel  static/wasm/bert.wasm
   * @param {{layers: number, heads: number, epsilon: number}} shape  of the model
   * @param {Map<string, {dims: number[], data: Uint8Array}>} constants  of the file
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
    const width = constants.get("words").dims[1];
    const inner = constants.get("encoder.layer.0.intermediate.dense.bias").dims[0];
    const layer = this.#allocate(layers * LAYER);
    const start = [load("words"), load("words.scale"), load("positions"), ...norm("embeddings.LayerNorm"), layer];
    this.#model = this.#store(new Int32Array([layers, width, heads, inner, rows, bitsOf(epsilon), ...start]));
    this.#packLayers(layer, layers, constants, norm);
    if (!kernel.prepare(this.#model)) throw new SemblanceError("ModelError", "no_memory");
    this.#width = width;
    this.#ids = this.#allocate(rows * WORD);
    this.#lengths = this.#allocate(rows * WORD);
    this.#vectors = this.#allocate(rows * width * WORD);
  }

  /**
   * Unit vectors of texts, end to end. The ids of the texts lie end to end too. `withTokens` adds the vectors of the tokens
   * before pooling.
   *
   * @param {Int32Array} ids  of all texts; at most `rows`
   * @param {Int32Array} lengths  how many ids each text has: one or more
   * @param {boolean} withTokens
   * @returns {{vectors: Float32Array, tokens: Float32Array | undefined}}
   */
  encode(ids, lengths, withTokens) {
    const { memory, encode } = this.#kernel;
    new Int32Array(memory.buffer).set(ids, this.#ids / WORD);
    new Int32Array(memory.buffer).set(lengths, this.#lengths / WORD);
    const hidden = encode(this.#model, this.#ids, this.#lengths, lengths.length, this.#vectors);
    const copy = (address, rows) => new Float32Array(memory.buffer, address, rows * this.#width).slice();
    return { vectors: copy(this.#vectors, lengths.length), tokens: withTokens ? copy(hidden, ids.length) : undefined };
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
    const levels = constants.get(`${name}.weight`); // (k / 64, 64, n)
    const outputs = levels.dims[2];
    const bias = this.#store(constants.get(`${name}.bias`).data);
    this.#put(address, Int32Array.of(levels.data.length / outputs, outputs, 0, 0, bias));
    this.#put(buffer, levels.data);
    const scales = this.#store(constants.get(`${name}.weight.scale`).data);
    if (!this.#kernel.pack(address, buffer, scales)) throw new SemblanceError("ModelError", "no_memory");
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
