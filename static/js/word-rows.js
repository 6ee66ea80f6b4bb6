// The word tables of models, of which only those rows are fetched that texts need. Rows lie in blocks, a file each (see
// py/semblance/models/vocabulary.py). They are kept here once, for all threads, as they come: 4-bit weights in shares of 32.

import { download } from "./download.js";
import { SemblanceError } from "./errors.js";
import { inParallel } from "./parallel.js";
import { scriptsOf } from "./scripts.js";
import { readLayout } from "./vocabulary.js";

const SHARE = 32; // weights that share a scale,
const PACKED = 2 + SHARE / 2; // and their bytes: the scale, float16, and a half of a byte for each weight
const AT_ONCE = 12; // requests for rows that are waited for,
const AHEAD_AT_ONCE = 2; // and for rows that will be
const PADDING = -1;

const tables = new Map(); // folder of a model -> WordTable
const inUse = new Set(); // folders of models with a session

/** Open the word table of a model. `folder` is an address that ends in a slash, `vocabulary` its unpacked file. */
export const openTable = (folder, vocabulary) => tables.set(folder, new WordTable(folder, vocabulary));

/** A session of the model will need word vectors. */
export const useTable = (folder) => inUse.add(folder);

/** The word vectors of a batch: see `WordTable.vectors`. */
export const wordVectors = (folder, ids, mask, width) => tables.get(folder).vectors(ids, mask, width);

/** Begin to fetch rows, without waiting for them, if a session will need them. What fails is fetched again then. */
export function fetchAhead(folder, ids) {
  if (inUse.has(folder)) tables.get(folder)?.fetchAhead(ids);
}

/** Addresses of the blocks that this page has fetched. */
export const rowsInUse = () => [...tables.values()].flatMap((table) => table.addresses());

class WordTable {
  #folder;
  #layout;
  #blocks = new Map(); // number -> promise of the block's bytes
  #arrived = new Set(); // numbers of blocks
  #ahead = Promise.resolve();

  constructor(folder, vocabulary) {
    this.#folder = folder;
    this.#layout = readLayout(vocabulary);
  }

  addresses = () => Array.from(this.#blocks.keys(), this.#address);

  fetchAhead(ids) {
    const fetching = () => inParallel(this.#blocksOf(ids), AHEAD_AT_ONCE, this.#fetch);
    this.#ahead = this.#ahead.then(fetching).catch(() => {});
  }

  /**
   * Word vectors, one after the other; those of padding are 0.
   *
   * @param {BigInt64Array} ids
   * @param {BigInt64Array} mask  0 for padding; as long as `ids`
   * @param {number} width  of a vector
   * @returns {Promise<Float32Array>}
   */
  async vectors(ids, mask, width) {
    const rowBytes = (width / SHARE) * PACKED;
    const { blocks: blockOf, places } = this.#layout;
    if (ids.some((id, at) => mask[at] && (id < 0 || id >= places.length))) {
      throw new SemblanceError("ModelError", "no_token_id", {}, nameOf(this.#folder));
    }
    const read = Array.from(ids, (id, at) => (mask[at] ? Number(id) : PADDING));
    const blocks = await this.#complete(read.filter((id) => id !== PADDING), rowBytes);
    const vectors = new Float32Array(ids.length * width);
    read.forEach((id, at) => {
      if (id === PADDING) return;
      const start = places[id] * rowBytes;
      unpack(blocks.get(blockOf[id]).subarray(start, start + rowBytes), vectors.subarray(at * width, (at + 1) * width));
    });
    return vectors;
  }

  #address = (block) => `${this.#folder}words/rows/${String(block).padStart(4, "0")}.bin`;

  #blocksOf = (ids) => [...new Set(Array.from(ids, (id) => this.#layout.blocks[id]))];

  /**
   * The blocks that hold the rows of ids: Map of number to bytes.
   *
   * @throws {SemblanceError} that names the scripts of the rows that can't be had
   */
  async #complete(ids, rowBytes) {
    const needed = this.#blocksOf(ids);
    const bytesOf = (block) => this.#layout.lengths[block] * rowBytes;
    const waitedFor = new Set(needed.filter((block) => !this.#arrived.has(block)));
    const progress = new Progress(Array.from(waitedFor, bytesOf));
    const blocks = new Map();
    const missing = new Set();
    const load = async (block) => {
      try {
        blocks.set(block, await this.#fetch(block));
      } catch (error) {
        if (!globalThis.semblanceFiles && error.type !== "NeedsNetwork") throw error;
        missing.add(block);
      }
      if (waitedFor.has(block)) progress.add(bytesOf(block));
    };
    await inParallel(needed, AT_ONCE, load).finally(() => progress.end());
    if (missing.size) this.#refuse(ids.filter((id) => missing.has(this.#layout.blocks[id])));
    return blocks;
  }

  #refuse(ids) {
    const pieces = this.#layout.readPieces();
    const scripts = scriptsOf(ids.map((id) => pieces.at(id)).join(""));
    throw globalThis.semblanceFiles // the double-click edition
      ? new SemblanceError("WordsLeftOut", "words_left_out", { scripts }, nameOf(this.#folder))
      : new SemblanceError("NeedsNetwork", "words_not_loaded", { scripts }, nameOf(this.#folder));
  }

  /** Fetch a block, once. One that failed is forgotten, so that the next need of it tries again. */
  #fetch = (block) => {
    if (!this.#blocks.has(block)) {
      const bytes = download(this.#address(block), { sha256: this.#layout.digests[block] });
      this.#blocks.set(block, bytes);
      bytes.then(
        () => this.#arrived.add(block),
        () => this.#blocks.delete(block),
      );
    }
    return this.#blocks.get(block);
  };
}

/** Tells whoever listens on the page how many bytes of what is waited for have arrived. Nobody listens in a worker. */
class Progress {
  #total;
  #loaded = 0;

  constructor(sizes) {
    this.#total = sizes.reduce((sum, size) => sum + size, 0);
    this.add(0);
  }

  add(bytes) {
    this.#loaded += bytes;
    if (!this.#total) return;
    const detail = { loaded: this.#loaded, total: this.#total };
    globalThis.dispatchEvent(new CustomEvent("semblance:words", { detail }));
  }

  /** Nothing is waited for any more, whether it has arrived or not. */
  end() {
    if (this.#loaded < this.#total) this.add(this.#total - this.#loaded);
  }
}

/** The last part of a folder's address. */
const nameOf = (folder) => new URL(folder).pathname.split("/").at(-2);

/** Fill a vector with the weights of a row. */
function unpack(row, vector) {
  for (let share = 0, at = 0; at < row.length; share += SHARE, at += PACKED) {
    const scale = fromHalf(row[at] | (row[at + 1] << 8));
    for (let i = 0; i < SHARE / 2; i++) {
      const halves = row[at + 2 + i];
      vector[share + i] = ((halves & 15) - 8) * scale;
      vector[share + i + SHARE / 2] = ((halves >> 4) - 8) * scale;
    }
  }
}

/** A finite float16, from its bits. */
function fromHalf(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const magnitude = exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction;
  return bits & 0x8000 ? -magnitude : magnitude;
}
