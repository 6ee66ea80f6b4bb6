// How densely the points of a map lie: a picture of soft clouds, drawn behind them.

const CELLS = 128; // along each side
const ROUNDS = 3; // of a box blur, which together are nearly a Gaussian
const RADIUS = 3; // cells
const STRONGEST = 0.26; // opacity where the points lie most densely
const SOFTNESS = 0.7; // below 1, thin clouds are seen too

/**
 * @param {{x: Float32Array, y: Float32Array}} points
 * @param {number[]} box  [left, top, right, bottom] of all points
 * @param {number[]} colour  [red, green, blue]
 * @returns {{picture: OffscreenCanvas, box: number[]}}  the picture, and the part of the map that it shows
 */
export function density({ x, y }, [left, top, right, bottom], colour) {
  const margin = 0.1 * Math.max(right - left, bottom - top, 1e-9);
  const box = [left - margin, top - margin, right + margin, bottom + margin];
  const across = CELLS / (box[2] - box[0]);
  const down = CELLS / (box[3] - box[1]);
  let cells = new Float32Array(CELLS * CELLS);
  for (let i = 0; i < x.length; i++) {
    cells[Math.floor((y[i] - box[1]) * down) * CELLS + Math.floor((x[i] - box[0]) * across)] += 1;
  }
  for (let round = 0; round < ROUNDS; round++) cells = blurred(blurred(cells, 1, CELLS), CELLS, 1);
  const most = cells.reduce((a, b) => Math.max(a, b), 1e-9);
  const picture = new OffscreenCanvas(CELLS, CELLS);
  const image = new ImageData(CELLS, CELLS);
  cells.forEach((value, i) => image.data.set([...colour, 255 * STRONGEST * (value / most) ** SOFTNESS], 4 * i));
  picture.getContext("2d").putImageData(image, 0, 0);
  return { picture, box };
}

/** Means of the cells around each one, along an axis. */
function blurred(cells, step, line) {
  const result = new Float32Array(cells.length);
  for (let row = 0; row < CELLS; row++) {
    const start = row * line;
    let sum = 0;
    for (let at = -RADIUS; at < CELLS; at++) {
      if (at + RADIUS < CELLS) sum += cells[start + (at + RADIUS) * step];
      if (at - RADIUS - 1 >= 0) sum -= cells[start + (at - RADIUS - 1) * step];
      if (at >= 0) result[start + at * step] = sum / (2 * RADIUS + 1);
    }
  }
  return result;
}
