// Cosines of int8 rows with a float32 query, in WebAssembly. It reads numpy's arrays in Pyodide's memory without a copy.
//
// numpy in Pyodide computes without SIMD and has no fast arithmetic for int8. This function has both: for each row it sums
// codes[i] * query[i] in float32 and codes[i] ** 2 in integers, eight columns at a time. The function is short, so its module
// is assembled here from the instructions of the text format: https://webassembly.github.io/spec/core lists them.

import { python } from "./python.js";

// --- instructions: operands first, then the opcode ---

const op =
  (...opcode) =>
  (...operands) => [...operands.flat(), ...opcode];
const simd = (opcode) => op(0xfd, ...leb128(opcode));
const load = (opcode, align) => (address, offset = 0) => [...address, 0xfd, opcode, align, offset];

const get = (local) => [0x20, local];
const set = (local, value) => [...value, 0x21, local];
const loop = (...body) => [0x03, 0x40, ...body.flat(), 0x0b];
const repeatIf = (condition) => [...condition, 0x0d, 0];

const i32 = { const: (value) => [0x41, value], add: op(0x6a), shl: op(0x74), less: op(0x49) }; // constants below 64
const f32 = {
  const: (value) => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  add: op(0x92),
  div: op(0x95),
  min: op(0x96),
  max: op(0x97),
  sqrt: op(0x91),
  fromInt: op(0xb2),
  store: op(0x38, 2, 0),
};
const v128 = { zero: [0xfd, 0x0c, ...new Uint8Array(16)], load: load(0x00, 4), loadInt8x8: load(0x01, 3) };
const i32x4 = { add: simd(0xae), dot: simd(0xba), low: simd(0xa7), high: simd(0xa8), lane: (n, v) => [...v, 0xfd, 0x1b, n] };
const f32x4 = { add: simd(0xe4), mul: simd(0xe6), fromInt: simd(0xfa), lane: (n, v) => [...v, 0xfd, 0x1f, n] };

function leb128(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb128(value >> 7)];
}

const sum = ({ lane }, add, v) => add(add(lane(0, v), lane(1, v)), add(lane(2, v), lane(3, v)));

// --- the function ---

const I32 = 0x7f;
const V128 = 0x7b;
const [codes, query, out, n, d, outEnd, q, queryEnd, x, low, high, squares] = Array(12).keys();

const end = (start, count) => i32.add(get(start), i32.shl(get(count), i32.const(2))); // address of the end of `count` float32
const advance = (local, bytes) => set(local, i32.add(get(local), i32.const(bytes)));
const fused = (local, half, offset) =>
  set(local, f32x4.add(get(local), f32x4.mul(v128.load(get(q), offset), f32x4.fromInt(half(get(x))))));

const body = [
  set(outEnd, end(out, n)),
  set(queryEnd, end(query, d)),
  loop(
    ...[low, high, squares].map((local) => set(local, v128.zero)),
    set(q, get(query)),
    loop(
      set(x, v128.loadInt8x8(get(codes))),
      set(squares, i32x4.add(get(squares), i32x4.dot(get(x), get(x)))),
      fused(low, i32x4.low, 0),
      fused(high, i32x4.high, 16),
      advance(codes, 8),
      advance(q, 32),
      repeatIf(i32.less(get(q), get(queryEnd))),
    ),
    set(low, f32x4.add(get(low), get(high))),
    f32.store(
      get(out),
      f32.max(
        f32.const(-1),
        f32.min(
          f32.const(1),
          // A row of zeros has length 0 and cosine 0. All other rows have a length of 1 or more.
          f32.div(
            sum(f32x4, f32.add, get(low)),
            f32.max(f32.const(1), f32.sqrt(f32.fromInt(sum(i32x4, i32.add, get(squares))))),
          ),
        ),
      ),
    ),
    advance(out, 4),
    repeatIf(i32.less(get(out), get(outEnd))),
  ),
];

const text = (string) => [string.length, ...new TextEncoder().encode(string)];
const section = (id, ...content) => [id, ...leb128(content.flat().length), ...content.flat()];
const code = [2, 3, I32, 4, V128, ...body.flat(), 0x0b]; // locals after the parameters, by type; the body; the end
const wasm = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  ...section(1, 1, 0x60, 5, I32, I32, I32, I32, I32, 0),
  ...section(2, 1, text("pyodide"), text("memory"), 2, 1, 0, leb128(65536)), // up to 4 GiB
  ...section(3, 1, 0),
  ...section(7, 1, text("cosines"), 0, 0),
  ...section(10, 1, leb128(code.length), code),
);

/**
 * A function `(codes, query, out, n, d)` that computes the cosines of the rows of an int8 matrix with a query. The first three
 * arguments are addresses in Pyodide's memory, of (n, d) int8, (d,) float32 and (n,) float32. n is at least 1, d a multiple of
 * 8. Null if the browser has no SIMD.
 */
export async function loadCosines() {
  if (!WebAssembly.validate(wasm)) return null;
  const { memory } = (await python)._module;
  return (await WebAssembly.instantiate(wasm, { pyodide: { memory } })).instance.exports.cosines;
}
