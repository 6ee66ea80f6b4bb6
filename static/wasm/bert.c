// A BERT sentence encoder for WebAssembly: token ids or word vectors in, unit vectors out, and the vectors of the tokens.
//
// It computes what ONNX Runtime computes from the same file (py/semblance/parts/text_model.py), about twice as fast:
// WebAssembly multiplies eight pairs of 16-bit integers in one instruction, but only four pairs of floats. So the rows of
// each product's left side are rounded to 16 bits with a scale of their own; its right side is the file's own levels of 4
// or 8 bits, widened, with the file's scale for each block of inputs. Sums are exact in 32 bits. All else is float32.
//
// Texts of a batch are laid end to end, so nothing is padded, and no text sees another: its vector is the same, to the
// last bit, in any batch. There is nothing here that differs between processors or browsers.
//
// Shapes: m rows (tokens of all texts), k inputs and n outputs of a product, t tokens of one text.

#include <stdint.h>
#include <wasm_simd128.h>

enum {
  ROWS = 4,    // of a tile; 4 x 8 outputs and what they are made of fit the 16 registers of x86
  COLUMNS = 8, // of a tile, hence of a panel of a product's right side
  HEAD = 32,   // width of an attention head
  // The most levels of what is multiplied, such that sums fit 32 bits:
  LEVELS = 32767,      // with 64 weights of at most 127
  HEAD_LEVELS = 8191,  // query by key: 32 products
  VALUE_LEVELS = 4095, // attention by value: the attention's levels sum up to SUM
  SUM = 500000,
};

typedef struct {
  int32_t inputs, outputs;
  int32_t block;  // inputs that share a scale, as in the file: 32 or 64
  int8_t *panels; // (n / 8, k / 2, 8, 2): eight outputs side by side, inputs in pairs
  float *scales;  // (n / 8, k / block, 8)
  const float *bias;
} Dense;

typedef struct {
  const float *gamma, *beta;
} Norm;

typedef struct {
  Dense query_key_value, attention_output;
  Norm attention_norm;
  Dense intermediate, output;
  Norm output_norm;
} Layer;

// Made by bert.js, word by word, in this order.
typedef struct {
  int32_t layers, width, heads, inner, rows; // rows: most tokens of a batch
  float epsilon;
  const int8_t *words;         // (v, width); 0 if the words come as vectors
  const uint16_t *word_scales; // (v), float16
  const float *positions;
  Norm norm;
  Layer *layer;
} Model;

// --- memory -------------------------------------------------------------------------------------------

extern uint8_t __heap_base;
static uintptr_t heap;

/** `bytes` of zeroed memory, aligned to 16; never freed. 0 if there is no more. */
__attribute__((export_name("allocate"))) void *allocate(uint32_t bytes) {
  const uint32_t page = 65536;
  if (!heap) heap = (uintptr_t)&__heap_base;
  heap = (heap + 15) & ~(uintptr_t)15;
  uintptr_t start = heap, end = heap + bytes, have = __builtin_wasm_memory_size(0) * page;
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + page - 1) / page) == (uintptr_t)-1) return 0;
  heap = end;
  return (void *)start;
}

static inline int padded(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }

// --- arithmetic on four floats -------------------------------------------------------------------------

static inline v128_t all(float x) { return wasm_f32x4_splat(x); }
static inline v128_t load(const void *from) { return wasm_v128_load(from); }
static inline void store(void *to, v128_t x) { wasm_v128_store(to, x); }
static inline v128_t add(v128_t a, v128_t b) { return wasm_f32x4_add(a, b); }
static inline v128_t sub(v128_t a, v128_t b) { return wasm_f32x4_sub(a, b); }
static inline v128_t mul(v128_t a, v128_t b) { return wasm_f32x4_mul(a, b); }

static inline float sum4(v128_t x) {
  return (wasm_f32x4_extract_lane(x, 0) + wasm_f32x4_extract_lane(x, 1)) +
         (wasm_f32x4_extract_lane(x, 2) + wasm_f32x4_extract_lane(x, 3));
}

static inline float max4(v128_t x) {
  x = wasm_f32x4_pmax(x, wasm_i32x4_shuffle(x, x, 2, 3, 0, 1));
  x = wasm_f32x4_pmax(x, wasm_i32x4_shuffle(x, x, 1, 0, 3, 2));
  return wasm_f32x4_extract_lane(x, 0);
}

/** e^x for x <= 0, relative error 2e-7: 2^n e^r with |r| <= ln(2) / 2, and a polynomial for e^r (Cephes, expf). */
static inline v128_t exponential(v128_t x) {
  x = wasm_f32x4_pmax(all(-87), x);
  v128_t n = wasm_f32x4_nearest(mul(x, all(1.44269504f)));
  v128_t r = sub(sub(x, mul(n, all(0.693359375f))), mul(n, all(-2.12194440e-4f)));
  v128_t p = all(1.9875691500e-4f);
  p = add(mul(p, r), all(1.3981999507e-3f));
  p = add(mul(p, r), all(8.3334519073e-3f));
  p = add(mul(p, r), all(4.1665795894e-2f));
  p = add(mul(p, r), all(1.6666665459e-1f));
  p = add(mul(p, r), all(5.0000001201e-1f));
  p = add(add(mul(mul(p, r), r), r), all(1));
  v128_t power = wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
  return mul(p, power);
}

/** x (1 + erf(x / sqrt 2)) / 2; erf by Abramowitz and Stegun, 7.1.26, absolute error 1.5e-7. */
static inline v128_t gelu(v128_t x) {
  v128_t z = mul(wasm_f32x4_abs(x), all(0.70710678f));
  v128_t t = wasm_f32x4_div(all(1), add(all(1), mul(z, all(0.3275911f))));
  v128_t p = all(1.061405429f);
  p = add(mul(p, t), all(-1.453152027f));
  p = add(mul(p, t), all(1.421413741f));
  p = add(mul(p, t), all(-0.284496736f));
  p = add(mul(p, t), all(0.254829592f));
  v128_t tail = mul(mul(p, t), exponential(wasm_f32x4_neg(mul(z, z)))); // 1 - erf(z)
  v128_t half = mul(x, all(0.5f));
  return sub(wasm_f32x4_pmax(x, all(0)), mul(wasm_f32x4_abs(half), tail));
}

/** A float16 that is finite. */
static inline float from_half(uint16_t half) {
  union {
    uint32_t bits;
    float value;
  } x = {(half & 0x8000u) << 16 | (half & 0x7fffu) << 13};
  return x.value * 0x1p112f; // float32's exponent is biased by 112 more
}

// --- integers ------------------------------------------------------------------------------------------

static inline v128_t to_int16(const float *x, v128_t factor) {
  v128_t low = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(mul(load(x), factor)));
  v128_t high = wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(mul(load(x + 4), factor)));
  return wasm_i16x8_narrow_i32x4(low, high);
}

/** Round a row of k floats to `most` levels to each side of 0; gives its scale. */
static float quantize(const float *x, int k, int most, int16_t *levels) {
  v128_t largest = all(0);
  for (int i = 0; i < k; i += 4) largest = wasm_f32x4_pmax(largest, wasm_f32x4_abs(load(x + i)));
  float scale = max4(largest) / most;
  v128_t factor = all(scale > 0 ? 1 / scale : 0);
  for (int i = 0; i < k; i += 8) store(levels + i, to_int16(x + i, factor));
  return scale;
}

/** Sums of products of ROWS rows and a panel's columns, over pairs of inputs; the panel holds 8 or 16 bits a level. */
static inline __attribute__((always_inline)) void dot(
    const int16_t *rows, int stride, const void *panel, int bits, int pairs, v128_t sums[ROWS][2]) {
  for (int i = 0; i < ROWS; i++) sums[i][0] = sums[i][1] = wasm_i32x4_splat(0);
  for (int p = 0; p < pairs; p++) {
    const int8_t *at = (const int8_t *)panel + p * 2 * COLUMNS * (bits / 8);
    v128_t left = bits == 8 ? wasm_i16x8_load8x8(at) : load(at);
    v128_t right = bits == 8 ? wasm_i16x8_load8x8(at + 8) : load(at + 16);
#pragma clang loop unroll(full)
    for (int i = 0; i < ROWS; i++) {
      v128_t pair = wasm_v128_load32_splat(rows + i * stride + 2 * p);
      sums[i][0] = wasm_i32x4_add(sums[i][0], wasm_i32x4_dot_i16x8(pair, left));
      sums[i][1] = wasm_i32x4_add(sums[i][1], wasm_i32x4_dot_i16x8(pair, right));
    }
  }
}

// --- dense layers --------------------------------------------------------------------------------------

/** Rearrange the file's levels (k, n) and scales (k / block, n), float16, into panels. Gives 0 if there is no memory. */
__attribute__((export_name("pack"))) int pack(Dense *dense, const int8_t *levels, const uint16_t *scales) {
  int k = dense->inputs, n = dense->outputs, blocks = k / dense->block;
  int8_t *to = dense->panels = allocate(k * n);
  float *scale = dense->scales = allocate(blocks * n * sizeof(float));
  if (!to || !scale) return 0;
  for (int panel = 0; panel < n; panel += COLUMNS) {
    for (int i = 0; i < k; i += 2, to += 2 * COLUMNS) {
      v128_t even = wasm_v128_load64_zero(levels + i * n + panel);
      v128_t odd = wasm_v128_load64_zero(levels + (i + 1) * n + panel);
      store(to, wasm_i8x16_shuffle(even, odd, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
    }
    for (int block = 0; block < blocks; block++)
      for (int j = 0; j < COLUMNS; j++) *scale++ = from_half(scales[block * n + panel + j]);
  }
  return 1;
}

/**
 * The same for levels of 4 bits, (n, k / 32, 16): byte j of a block holds level j in its low half and level j + 16 in its high
 * half, each plus 8. The scales are (n, k / 32). `factors` (n), which may be missing, multiply them.
 */
__attribute__((export_name("pack_halves"))) int pack_halves(
    Dense *dense, const uint8_t *levels, const uint16_t *scales, const float *factors) {
  int k = dense->inputs, n = dense->outputs, block = dense->block, blocks = k / block;
  dense->panels = allocate(k * n);
  dense->scales = allocate(blocks * n * sizeof(float));
  if (!dense->panels || !dense->scales) return 0;
  for (int output = 0; output < n; output++) {
    int panel = output / COLUMNS * COLUMNS, column = output % COLUMNS;
    for (int at = 0; at < blocks; at++) {
      dense->scales[panel * blocks + at * COLUMNS + column] = from_half(*scales++) * (factors ? factors[output] : 1);
      int8_t *to = dense->panels + panel * k + at * block * COLUMNS + 2 * column;
      for (int j = 0; j < block / 2; j++, levels++) {
        int low = j / 2 * 2 * COLUMNS + j % 2; // of inputs in pairs
        to[low] = (*levels & 15) - 8;
        to[low + block / 2 * COLUMNS] = (*levels >> 4) - 8;
      }
    }
  }
  return 1;
}

static inline __attribute__((always_inline)) void multiply_tile(
    const Dense *dense, int size, int panel, const int16_t *rows, const float *row_scales, float *out) {
  int k = dense->inputs, n = dense->outputs;
  const int8_t *weights = dense->panels + panel * k * COLUMNS;
  const float *scales = dense->scales + panel * k / size * COLUMNS, *bias = dense->bias + panel * COLUMNS;
  v128_t totals[ROWS][2], sums[ROWS][2];
  for (int i = 0; i < ROWS; i++) totals[i][0] = totals[i][1] = all(0);
  for (int block = 0; block < k / size; block++, scales += COLUMNS) {
    dot(rows + block * size, k, weights + block * size * COLUMNS, 8, size / 2, sums);
    for (int i = 0; i < ROWS; i++)
      for (int j = 0; j < 2; j++)
        totals[i][j] = add(totals[i][j], mul(load(scales + 4 * j), wasm_f32x4_convert_i32x4(sums[i][j])));
  }
  for (int i = 0; i < ROWS; i++)
    for (int j = 0; j < 2; j++)
      store(out + i * n + panel * COLUMNS + 4 * j, add(mul(all(row_scales[i]), totals[i][j]), load(bias + 4 * j)));
}

// Calls of a short function, rather than one long loop: a browser puts its faster code to use at the next call. There is one
// for each size of block, because a size that is known when this is compiled makes it faster.
typedef void Tile(const Dense *dense, int panel, const int16_t *rows, const float *row_scales, float *out);

static __attribute__((noinline)) void tile_of_32(
    const Dense *dense, int panel, const int16_t *rows, const float *row_scales, float *out) {
  multiply_tile(dense, 32, panel, rows, row_scales, out);
}

static __attribute__((noinline)) void tile_of_64(
    const Dense *dense, int panel, const int16_t *rows, const float *row_scales, float *out) {
  multiply_tile(dense, 64, panel, rows, row_scales, out);
}

typedef struct {
  int16_t *levels; // (m, k), of a product's left side
  float *scales;   // (m)
} Rounded;

/** x (m, k) by weights, plus bias: (m, n). `x` and `out` have room for rows up to a multiple of ROWS. */
static void dense(const Dense *weights, const float *x, int m, Rounded rounded, float *out) {
  int k = weights->inputs, n = weights->outputs;
  for (int i = 0; i < m; i++) rounded.scales[i] = quantize(x + i * k, k, LEVELS, rounded.levels + i * k);
  Tile *tile = weights->block == 32 ? tile_of_32 : tile_of_64;
  for (int panel = 0; panel < n / COLUMNS; panel++)
    for (int i = 0; i < m; i += ROWS) tile(weights, panel, rounded.levels + i * k, rounded.scales + i, out + i * n);
}

// --- attention -----------------------------------------------------------------------------------------

typedef struct {
  int16_t *query;       // (t, 32)
  int16_t *keys;        // (t / 8, 16, 8, 2): eight keys side by side
  int16_t *values;      // (4, t / 2, 8, 2): eight columns side by side
  int16_t *attention;   // (4, t)
  float *query_scales;  // (t)
  float *key_scales;    // (t)
  float *scores;        // (4, t)
} Attention;

static void pack_keys(const float *key, int t, int stride, Attention a) {
  int32_t pairs[HEAD / 2], *keys = (int32_t *)a.keys;
  for (int i = 0; i < t; i++) {
    a.key_scales[i] = quantize(key + i * stride, HEAD, HEAD_LEVELS, (int16_t *)pairs);
    for (int p = 0; p < HEAD / 2; p++) keys[(i / COLUMNS * HEAD / 2 + p) * COLUMNS + i % COLUMNS] = pairs[p];
  }
}

/** Values as levels, each column with a scale; tokens in pairs, a last odd one beside 0. */
static void pack_values(const float *value, int t, int stride, Attention a, float scales[HEAD]) {
  int tokens = padded(t, COLUMNS);
  for (int panel = 0; panel < HEAD / COLUMNS; panel++) {
    v128_t largest[2] = {all(0), all(0)}, factor[2];
    for (int i = 0; i < t; i++)
      for (int j = 0; j < 2; j++)
        largest[j] = wasm_f32x4_pmax(largest[j], wasm_f32x4_abs(load(value + i * stride + panel * COLUMNS + 4 * j)));
    for (int j = 0; j < 2; j++) {
      v128_t scale = wasm_f32x4_pmax(all(1e-30f), mul(largest[j], all(1.0f / VALUE_LEVELS)));
      store(scales + panel * COLUMNS + 4 * j, scale);
      factor[j] = wasm_f32x4_div(all(1), scale);
    }
    int16_t *to = a.values + panel * tokens * COLUMNS;
    for (int i = 0; i < tokens; i += 2, to += 2 * COLUMNS) {
      v128_t levels[2][2];
      for (int odd = 0; odd < 2; odd++)
        for (int j = 0; j < 2; j++) {
          const float *x = value + (i + odd) * stride + panel * COLUMNS + 4 * j;
          v128_t whole = i + odd < t ? wasm_f32x4_nearest(mul(load(x), factor[j])) : all(0);
          levels[odd][j] = wasm_i32x4_trunc_sat_f32x4(whole);
        }
      v128_t even = wasm_i16x8_narrow_i32x4(levels[0][0], levels[0][1]);
      v128_t odd = wasm_i16x8_narrow_i32x4(levels[1][0], levels[1][1]);
      store(to, wasm_i16x8_shuffle(even, odd, 0, 8, 1, 9, 2, 10, 3, 11));
      store(to + 8, wasm_i16x8_shuffle(even, odd, 4, 12, 5, 13, 6, 14, 7, 15));
    }
  }
}

/** Turn a row of scores into levels of attention; gives what one level stands for. What is beyond t becomes 0. */
static float softmax(float *scores, int t, int16_t *levels) {
  int tokens = padded(t, COLUMNS);
  for (int i = t; i < tokens; i++) scores[i] = -1e9f;
  v128_t largest = all(-1e9f), sum = all(0);
  for (int i = 0; i < tokens; i += 4) largest = wasm_f32x4_pmax(largest, load(scores + i));
  largest = all(max4(largest));
  for (int i = 0; i < tokens; i += 4) {
    v128_t weight = exponential(sub(load(scores + i), largest));
    store(scores + i, weight);
    sum = add(sum, weight);
  }
  float total = sum4(sum), most = SUM / total < LEVELS ? SUM / total : LEVELS;
  for (int i = 0; i < tokens; i += 8) store(levels + i, to_int16(scores + i, all(most)));
  return 1 / (total * most);
}

static __attribute__((noinline)) void attend_tile(
    Attention a, int first, int t, const float value_scales[HEAD], float *out, int width) {
  int tokens = padded(t, COLUMNS);
  v128_t sums[ROWS][2];
  for (int key = 0; key < tokens; key += COLUMNS) {
    dot(a.query + first * HEAD, HEAD, a.keys + key * HEAD, 16, HEAD / 2, sums);
    for (int i = 0; i < ROWS; i++)
      for (int j = 0; j < 2; j++) {
        v128_t scale = mul(all(a.query_scales[first + i]), load(a.key_scales + key + 4 * j));
        store(a.scores + i * tokens + key + 4 * j, mul(scale, wasm_f32x4_convert_i32x4(sums[i][j])));
      }
  }
  float unit[ROWS];
  for (int i = 0; i < ROWS; i++) unit[i] = softmax(a.scores + i * tokens, t, a.attention + i * tokens);
  for (int column = 0; column < HEAD; column += COLUMNS) {
    dot(a.attention, tokens, a.values + column * tokens, 16, tokens / 2, sums);
    for (int i = 0; i < ROWS && first + i < t; i++)
      for (int j = 0; j < 2; j++) {
        v128_t scale = mul(all(unit[i]), load(value_scales + column + 4 * j));
        store(out + (first + i) * width + column + 4 * j, mul(scale, wasm_f32x4_convert_i32x4(sums[i][j])));
      }
  }
}

/** Attention within one text: query, key and value (t, 3 width) -> (t, width). */
static void attend(const Model *model, const float *x, int t, Attention a, float *out) {
  int width = model->width, stride = 3 * width;
  float value_scales[HEAD];
  for (int head = 0; head < model->heads; head++, x += HEAD, out += HEAD) {
    for (int i = 0; i < t; i++)
      a.query_scales[i] = quantize(x + i * stride, HEAD, HEAD_LEVELS, a.query + i * HEAD);
    pack_keys(x + width, t, stride, a);
    pack_values(x + 2 * width, t, stride, a, value_scales);
    for (int i = 0; i < t; i += ROWS) attend_tile(a, i, t, value_scales, out, width);
  }
}

// --- the encoder ---------------------------------------------------------------------------------------

/** Layer norm of a row, in place, after adding another one to it. */
static void add_and_norm(float *x, const float *other, int width, Norm norm, float epsilon) {
  v128_t sum = all(0), squares = all(0);
  for (int i = 0; i < width; i += 4) {
    v128_t total = add(load(x + i), load(other + i));
    store(x + i, total);
    sum = add(sum, total);
  }
  v128_t mean = all(sum4(sum) / width);
  for (int i = 0; i < width; i += 4) {
    v128_t centred = sub(load(x + i), mean);
    squares = add(squares, mul(centred, centred));
  }
  v128_t factor = all(1 / __builtin_sqrtf(sum4(squares) / width + epsilon));
  for (int i = 0; i < width; i += 4) {
    v128_t unit = mul(sub(load(x + i), mean), factor);
    store(x + i, add(mul(unit, load(norm.gamma + i)), load(norm.beta + i)));
  }
}

/** Add the positions to the word vectors of a text. */
static void place(const Model *model, int t, float *hidden) {
  for (int i = 0; i < t; i++, hidden += model->width)
    add_and_norm(hidden, model->positions + i * model->width, model->width, model->norm, model->epsilon);
}

/** The direction of the mean of t rows. */
static void pool(const float *hidden, int t, int width, float *out) {
  v128_t squares = all(0);
  for (int j = 0; j < width; j += 4) {
    v128_t sum = all(0);
    for (int i = 0; i < t; i++) sum = add(sum, load(hidden + i * width + j));
    store(out + j, sum);
    squares = add(squares, mul(sum, sum));
  }
  v128_t factor = all(1 / __builtin_sqrtf(sum4(squares)));
  for (int j = 0; j < width; j += 4) store(out + j, mul(load(out + j), factor));
}

typedef struct {
  float *hidden, *wide, *product; // (m, width), (m, inner or 3 width), (m, width)
  Rounded rounded;
  Attention attention;
} Scratch;

static Scratch scratch;

/** Take the memory that `encode` needs; once. Gives the place of the word vectors; 0 if there is no more memory. */
__attribute__((export_name("prepare"))) float *prepare(const Model *model) {
  int rows = padded(model->rows, COLUMNS), width = model->width;
  int widest = model->inner > 3 * width ? model->inner : 3 * width;
  scratch.hidden = allocate(rows * width * sizeof(float));
  scratch.product = allocate(rows * width * sizeof(float));
  scratch.wide = allocate(rows * widest * sizeof(float));
  scratch.rounded.levels = allocate(rows * widest * sizeof(int16_t));
  scratch.rounded.scales = allocate(rows * sizeof(float));
  Attention *a = &scratch.attention;
  a->query = allocate(rows * HEAD * sizeof(int16_t));
  a->keys = allocate(rows * HEAD * sizeof(int16_t));
  a->values = allocate(rows * HEAD * sizeof(int16_t));
  a->attention = allocate(ROWS * rows * sizeof(int16_t));
  a->query_scales = allocate(rows * sizeof(float));
  a->key_scales = allocate(rows * sizeof(float));
  a->scores = allocate(ROWS * rows * sizeof(float));
  return a->scores ? scratch.hidden : 0;
}

/** Put the word vectors (m, width) of `count` ids into their place. */
__attribute__((export_name("look_up"))) void look_up(const Model *model, const int32_t *ids, int count) {
  int width = model->width;
  for (int i = 0; i < count; i++) {
    const int8_t *levels = model->words + ids[i] * width;
    float scale = from_half(model->word_scales[ids[i]]);
    for (int j = 0; j < width; j++) scratch.hidden[i * width + j] = levels[j] * scale;
  }
}

/**
 * Unit vectors (b, width) of `count` texts, whose word vectors lie end to end in their place; together at most `rows`
 * tokens, each text at least one. What they are pooled from, the tokens' vectors (m, width), is then in the same place.
 */
__attribute__((export_name("encode"))) void encode(const Model *model, const int32_t *lengths, int count, float *out) {
  Scratch s = scratch;
  int width = model->width, m = 0;
  for (int text = 0; text < count; m += lengths[text++]) place(model, lengths[text], s.hidden + m * width);
  for (const Layer *layer = model->layer; layer < model->layer + model->layers; layer++) {
    dense(&layer->query_key_value, s.hidden, m, s.rounded, s.wide);
    for (int text = 0, at = 0; text < count; at += lengths[text++])
      attend(model, s.wide + at * 3 * width, lengths[text], s.attention, s.product + at * width);
    dense(&layer->attention_output, s.product, m, s.rounded, s.wide);
    for (int i = 0; i < m; i++)
      add_and_norm(s.hidden + i * width, s.wide + i * width, width, layer->attention_norm, model->epsilon);
    dense(&layer->intermediate, s.hidden, m, s.rounded, s.wide);
    for (int i = 0; i < m * model->inner; i += 4) store(s.wide + i, gelu(load(s.wide + i)));
    dense(&layer->output, s.wide, m, s.rounded, s.product);
    for (int i = 0; i < m; i++)
      add_and_norm(s.hidden + i * width, s.product + i * width, width, layer->output_norm, model->epsilon);
  }
  for (int text = 0, at = 0; text < count; at += lengths[text++])
    pool(s.hidden + at * width, lengths[text], width, out + text * width);
}
