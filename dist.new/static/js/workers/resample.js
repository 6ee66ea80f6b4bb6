// Resamples a box of a picture exactly as Pillow's Image.resize(size, resample, box) does when it begins with the rows (see
// py/semblance/native/images.py), so that a model sees the same pixels here and in CPython. It is the textbook separable
// convolution, with the filters that Pillow's documentation describes ("Concepts", "Filters"). Each pixel of the result is a
// weighted mean of the source's pixels around its centre. The filter is widened by the factor of the reduction. The first pass
// goes along rows, the second along columns. For equal results the weights are fixed-point numbers, as Pillow's are, and the
// values between the two passes are rounded to 8 bits.

const PRECISION = 22; // bits after the point: 8 bits of a pixel and the sum of the weights fit into 32
const HALF = 1 << (PRECISION - 1);
const STRIP = 1 << 20; // pixels of the source that are read together

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

function bicubic(x) {
  const a = -0.5; // the value that Keys chose, and Pillow too
  const t = Math.abs(x);
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1;
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0;
}

/** Filters by Pillow's numbers: how far each reaches, and its weight at a distance. */
const FILTERS = {
  1: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) }, // Lanczos
  2: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) }, // bilinear
  3: { support: 2, weight: bicubic },
  4: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) }, // box
  5: { support: 1, weight: (x) => (Math.abs(x) < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0) }, // Hamming
};

/**
 * The source of each pixel when [start, end) of a line of `size` pixels becomes `count` pixels. Pixel i is a sum of `taps[i]`
 * pixels from `first[i]` on. Their weights begin at `i * stride`.
 */
function kernels(size, start, end, count, { support, weight }) {
  const scale = Math.fround(Math.fround(end) - Math.fround(start)) / count; // Pillow keeps a box in single precision
  const widened = Math.max(scale, 1);
  const reach = support * widened;
  const stride = Math.ceil(reach) * 2 + 1;
  const [first, taps, weights] = [new Int32Array(count), new Int32Array(count), new Int32Array(count * stride)];
  for (let i = 0; i < count; i++) {
    const centre = Math.fround(start) + (i + 0.5) * scale;
    first[i] = Math.max(0, Math.trunc(centre - reach + 0.5));
    taps[i] = Math.min(size, Math.trunc(centre + reach + 0.5)) - first[i];
    const exact = Array.from({ length: taps[i] }, (_, tap) => weight((first[i] + tap - centre + 0.5) / widened));
    const sum = exact.reduce((total, value) => total + value, 0);
    exact.forEach((value, tap) => {
      const fixed = (value / sum) * (1 << PRECISION);
      weights[i * stride + tap] = Math.trunc(fixed + (fixed < 0 ? -0.5 : 0.5));
    });
  }
  return { first, taps, weights, stride, count, start: first[0], end: first[count - 1] + taps[count - 1] };
}

/** Lines of RGBA pixels become lines of `columns.count` RGB pixels, from row `row` of `target` on. */
function alongRows(pixels, lines, { first, taps, weights, stride, count, start, end }, target, row) {
  for (let line = 0, to = row * count * 3; line < lines; line++) {
    const left = (line * (end - start) - start) * 4;
    for (let i = 0; i < count; i++, to += 3) {
      let [red, green, blue] = [HALF, HALF, HALF];
      let from = left + first[i] * 4;
      for (let tap = i * stride, stop = tap + taps[i]; tap < stop; tap++, from += 4) {
        const weight = weights[tap];
        red += pixels[from] * weight;
        green += pixels[from + 1] * weight;
        blue += pixels[from + 2] * weight;
      }
      target[to] = red >> PRECISION; // a clamped array cuts what overshoots
      target[to + 1] = green >> PRECISION;
      target[to + 2] = blue >> PRECISION;
    }
  }
}

/** Lines of `width` values become `rows.count` such lines. */
function alongColumns(lines, width, { first, taps, weights, stride, count, start }) {
  const target = new Uint8ClampedArray(count * width);
  for (let i = 0, to = 0; i < count; i++) {
    const top = (first[i] - start) * width;
    for (let x = 0; x < width; x++, to++) {
      let sum = HALF;
      let from = top + x;
      for (let tap = i * stride, stop = tap + taps[i]; tap < stop; tap++, from += width) sum += lines[from] * weights[tap];
      target[to] = sum >> PRECISION;
    }
  }
  return target;
}

/**
 * The RGB pixels of a window (see py/semblance/ports.py) of a picture.
 *
 * @param {{width: number, height: number, read: (x: number, y: number, width: number, height: number) => Uint8ClampedArray}}
 *   picture  `read` gives RGBA. It is called for a strip at a time, and only for what the window needs
 * @returns {Uint8ClampedArray}  window.height x window.width x 3
 */
export function resample(picture, window) {
  const filter = FILTERS[window.resample];
  const columns = kernels(picture.width, window.left, window.right, window.width, filter);
  const rows = kernels(picture.height, window.top, window.bottom, window.height, filter);
  const width = columns.end - columns.start;
  const strip = Math.max(1, Math.floor(STRIP / width));
  const narrow = new Uint8ClampedArray((rows.end - rows.start) * window.width * 3);
  for (let y = rows.start; y < rows.end; y += strip) {
    const lines = Math.min(strip, rows.end - y);
    alongRows(picture.read(columns.start, y, width, lines), lines, columns, narrow, y - rows.start);
  }
  return alongColumns(narrow, window.width * 3, rows);
}
