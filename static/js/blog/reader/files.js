// The files of a reader's index: fetched once, unpacked, and read field by field. docs/reader-index.md says what each holds.

const FORMAT = 4;
const HEADER = 6; // bytes: magic, format, kind
const GZIP = 0x1f;
const UTF8 = new TextDecoder();
const PATIENCE_MS = 4000; // so long a search waits for a file; what comes later counts in the next one

/** Reads the fields of a file, one after another. */
export class Fields {
  #bytes;
  #at;

  constructor(bytes, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  take(count) {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new RangeError("truncated");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  number() {
    let [number, factor] = [0, 1];
    for (;;) {
      const [byte] = this.take(1);
      number += (byte & 127) * factor;
      if (byte < 128) return number;
      factor *= 128;
    }
  }

  numbers() {
    return Array.from({ length: this.number() }, () => this.number());
  }

  /** Ascending numbers, each written as its distance from the one before. */
  ascending() {
    let number = 0;
    return this.numbers().map((distance) => (number += distance));
  }

  bytes() {
    return this.take(this.number());
  }

  rest() {
    return this.take(this.#bytes.length - this.#at);
  }

  /** The rest of the file, as JSON. */
  json() {
    return JSON.parse(UTF8.decode(this.rest()));
  }

  /** Sorted strings, each written as how much it shares with the one before, and the rest. */
  strings() {
    let before = new Uint8Array();
    return Array.from({ length: this.number() }, () => {
      const shared = before.subarray(0, this.number());
      const own = this.take(this.number());
      const string = new Uint8Array(shared.length + own.length);
      string.set(shared);
      string.set(own, shared.length);
      before = string;
      return UTF8.decode(string);
    });
  }

  /** Vectors at four bits a number: their length, their scales, then two numbers a byte. */
  vectors() {
    const dims = this.number();
    const scales = new Float32Array(this.bytes().slice().buffer); // a copy, which begins at a multiple of four
    const packed = this.take((scales.length * dims) / 2);
    return Array.from(scales, (scale, row) => {
      const vector = new Float32Array(dims);
      for (let i = 0; i < dims; i += 2) {
        const byte = packed[(row * dims + i) / 2];
        vector[i] = ((byte & 15) - 7.5) * scale;
        vector[i + 1] = ((byte >> 4) - 7.5) * scale;
      }
      return vector;
    });
  }
}

/** The files of one folder. A file that can't be had, or is not what it should be, counts as absent; it is tried again later. */
export class Files {
  onLate = () => {}; // called when a file has come for which a search did not wait
  #folder;
  #begun;
  #loaded = new Map();
  #absent = new Set();

  /** `begun`: responses that are on their way, by their addresses; each is used once. */
  constructor(folder, begun = new Map()) {
    this.#folder = folder;
    this.#begun = begun;
  }

  /** The paths of files that could not be had. */
  get absent() {
    return [...this.#absent];
  }

  /**
   * What `read` makes of a file's fields, or null if it can't be had in time.
   *
   * @param {string} path  without its suffix
   * @param {string} kind  one letter
   * @param {(fields: Fields) => object} read
   */
  optional(path, kind, read) {
    let late = false;
    const loading = this.required(path, kind, read).then(
      (content) => {
        if (late) this.onLate();
        return content;
      },
      () => null,
    );
    const waiting = new Promise((resolve) => {
      setTimeout(() => {
        late = true;
        resolve(null);
      }, PATIENCE_MS);
    });
    return Promise.race([loading, waiting]);
  }

  /** The same, but it waits as long as the host takes, and throws what is wrong. */
  required(path, kind, read) {
    if (!this.#loaded.has(path)) this.#loaded.set(path, this.#load(path, kind, read));
    return this.#loaded.get(path);
  }

  async #load(path, kind, read) {
    try {
      const content = read(await this.#fields(path, kind));
      this.#absent.delete(path);
      return content;
    } catch (error) {
      this.#loaded.delete(path);
      this.#absent.add(path);
      throw error instanceof Unusable ? error : new Unusable("damaged", { file: path }, error);
    }
  }

  async #fields(path, kind) {
    const damaged = new Unusable("damaged", { file: path });
    const address = new URL(`${path}.smbr`, this.#folder).href;
    const begun = this.#begun.get(address);
    this.#begun.delete(address);
    const response = await (begun ?? fetch(address).catch(() => null));
    if (!response) throw new Unusable("no_network");
    if (!response.ok) throw new Unusable("not_loaded", { file: path, status: response.status });
    let bytes = new Uint8Array(await response.arrayBuffer());
    if (bytes[0] === GZIP) bytes = await unzipped(bytes); // some hosts have the browser unpack it
    if (UTF8.decode(bytes.subarray(0, 4)) !== "SMBR") throw damaged;
    if (bytes[4] !== FORMAT) throw new Unusable("format", { own: FORMAT, other: bytes[4] });
    if (bytes[5] !== kind.charCodeAt()) throw damaged;
    return new Fields(bytes, HEADER);
  }
}

/** Why a file can't be used. `key` is that of a sentence of semantic-search.js. */
class Unusable extends Error {
  constructor(key, values = {}, cause = undefined) {
    super(key, { cause });
    Object.assign(this, { key, values });
  }
}

async function unzipped(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
