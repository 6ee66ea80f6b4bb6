// Reads the vocabulary of a model whose word table is fetched in parts: words/vocabulary.bin.gz. The format, that of
// safetensors, is described in py/semblance/models/vocabulary.py.

const HEADER_LENGTH = 8; // bytes of the number that says how long the header is
const TYPES = { U8: Uint8Array, U16: Uint16Array, U32: Uint32Array, I32: Int32Array };
const LINE_FEED = 10;

/** The tensors of a file of safetensors, by name: {shape, data}. */
function tensorsOf(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: _, ...header } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, HEADER_LENGTH, length)));
  const content = HEADER_LENGTH + length;
  return Object.fromEntries(
    Object.entries(header).map(([name, { dtype, shape, data_offsets: [start, end] }]) => [
      name,
      { shape, data: new TYPES[dtype](buffer.slice(content + start, content + end)) },
    ]),
  );
}

/** What a text is cut into, for workers/unigram.js: {pieces, scores, special, normalization}. */
export function readPieces(buffer) {
  const tensors = tensorsOf(buffer);
  const [beginning, end, padding, unknown] = tensors.special.data;
  return {
    pieces: new Pieces(tensors.pieces.data),
    scores: unfolded(tensors.scores.data),
    special: { beginning, end, padding, unknown },
    normalization: normalizationOf(tensors),
  };
}

/**
 * Where the rows of the word table are, for word-rows.js: the block of each row and its place in it, how many rows each block has
 * (`lengths`), the SHA-256 of each block, and a way to the pieces.
 */
export function readLayout(buffer) {
  const { pieces, blocks, digests } = tensorsOf(buffer);
  const [count, bytes] = digests.shape;
  const lengths = new Uint32Array(count);
  return {
    blocks: blocks.data,
    places: Uint32Array.from(blocks.data, (block) => lengths[block]++), // rows lie in the order of their ids
    lengths,
    digests: Array.from({ length: count }, (_, block) => hex(digests.data.subarray(block * bytes, (block + 1) * bytes))),
    readPieces: () => new Pieces(pieces.data),
  };
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The pieces by their ids. They are one string, because a string for each would take ten times the memory. */
export class Pieces {
  text;
  starts; // of each piece, and one after the last: the next piece's start. A line feed stands before it

  constructor(bytes) {
    this.text = new TextDecoder().decode(bytes);
    const count = bytes.reduce((sum, byte) => sum + (byte === LINE_FEED), 1);
    this.starts = new Uint32Array(count + 1);
    for (let id = 0, start = 0; id < count; id++) {
      this.starts[id] = start;
      const end = this.text.indexOf("\n", start);
      start = end < 0 ? this.text.length + 1 : end + 1;
      this.starts[id + 1] = start;
    }
  }

  get count() {
    return this.starts.length - 1;
  }

  /** The piece of an id; "" if there is none. */
  at(id) {
    return id >= 0 && id < this.count ? this.text.slice(this.starts[id], this.starts[id + 1] - 1) : "";
  }
}

/** Scores from the bytes of the differences of their bits. */
function unfolded(bytes) {
  const count = bytes.length / 4;
  const bits = new Uint32Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const difference = bytes[i] | (bytes[count + i] << 8) | (bytes[2 * count + i] << 16) | (bytes[3 * count + i] << 24);
    sum = (sum + difference) >>> 0;
    bits[i] = sum;
  }
  return new Float32Array(bits.buffer);
}

/** Map of a code point to the text that stands in its place. */
function normalizationOf(tensors) {
  const [from, counts, to] = ["from", "counts", "to"].map((part) => tensors[`normalization.${part}`].data);
  const map = new Map();
  let at = 0;
  from.forEach((code, i) => {
    map.set(code, String.fromCodePoint(...to.subarray(at, at + counts[i])));
    at += counts[i];
  });
  return map;
}
