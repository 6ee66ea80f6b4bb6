// Pictures in a worker of their own: decoding does not block the page, and does not wait for inference.

import { imageDimensionsFromData } from "../../vendor/image-dimensions/index.js";
import { complete } from "./complete-picture.js";
import { isOnItsSide, takeOrientation, uprightTransform } from "./orientation.js";
import { SemblanceError } from "../errors.js";
import { resample } from "./resample.js";
import { expose } from "../rpc.js";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif"];
const HEAD = 1 << 19; // bytes; nearly always enough to find a picture's size, even after a large EXIF block
const TILE = 4096; // pixels; some browsers' canvases have at most 16,384
const JPEG = { type: "image/jpeg", quality: 0.82 };

const pictures = new Map(); // handle that the page chose -> {bitmap, orientation, width, height}

const notAnImage = (key, values) => new SemblanceError("NotAnImage", key, values);

async function bytesOf(blob) {
  const buffer = await blob.arrayBuffer().catch(() => null);
  if (!buffer) throw new SemblanceError("SemblanceError", "vanished");
  return new Uint8Array(buffer);
}

function dimensionsIn(bytes) {
  try {
    return imageDimensionsFromData(bytes);
  } catch {
    return undefined; // a header points out of the file
  }
}

/** {width, height, type} from the file's header: a picture that takes too much memory must not be decoded. */
function headerOf(bytes) {
  const header = dimensionsIn(bytes.subarray(0, HEAD)) ?? dimensionsIn(bytes);
  if (!header || !FORMATS.includes(header.type)) throw notAnImage("no_picture");
  return header;
}

/** The first frame in sRGB, and how it is to be turned; the size is that of the upright picture. */
async function decode(file, type) {
  const { orientation, bytes } = takeOrientation(file, type);
  const typed = new Blob([bytes], { type: `image/${type}` }); // the file's name may have given it another type
  try {
    const bitmap = await createImageBitmap(typed, { imageOrientation: "from-image", premultiplyAlpha: "none" });
    const [width, height] = isOnItsSide(orientation) ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
    return { bitmap, orientation, width, height };
  } catch (error) {
    throw notAnImage("damaged_picture", { reason: error.message });
  }
}

/** The context of a new canvas that is white all over. */
function whiteCanvas(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  return context;
}

/** Whether a canvas gives back what was drawn. Browsers that protect from fingerprinting may answer with noise. */
function isCanvasTrue() {
  const drawn = new ImageData(64, 64);
  drawn.data.forEach((_, at) => (drawn.data[at] = at % 4 === 3 ? 255 : (at * 37 + (at >> 8) * 11) & 255));
  const context = whiteCanvas(drawn.width, drawn.height);
  context.putImageData(drawn, 0, 0);
  const { data } = context.getImageData(0, 0, drawn.width, drawn.height);
  return data.every((value, at) => value === drawn.data[at]);
}

let isTrue; // known from the first picture on

function drawUpright(context, { bitmap, orientation }) {
  context.transform(...uprightTransform(orientation, bitmap.width, bitmap.height));
  context.drawImage(bitmap, 0, 0);
}

function tileOf(picture, x, y, width, height) {
  const context = whiteCanvas(width, height);
  context.translate(-x, -y);
  drawUpright(context, picture);
  return context.getImageData(0, 0, width, height).data;
}

/** A picture's pixels on white, for `resample`. They are read in pieces, so that there is no second copy of a large picture. */
function pixelsOf(picture) {
  const read = (x, y, width, height) => {
    if (width <= TILE) return tileOf(picture, x, y, width, height);
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let left = 0; left < width; left += TILE) {
      const part = Math.min(TILE, width - left);
      const data = tileOf(picture, x + left, y, part, height);
      for (let row = 0; row < height; row++) {
        pixels.set(data.subarray(row * part * 4, (row + 1) * part * 4), (row * width + left) * 4);
      }
    }
    return pixels;
  };
  return { width: picture.width, height: picture.height, read };
}

expose({
  async open({ handle, blob, maxPixels }) {
    if (!globalThis.OffscreenCanvas?.prototype.convertToBlob) {
      throw new SemblanceError("SemblanceError", "old_browser");
    }
    isTrue ??= isCanvasTrue();
    if (!isTrue) throw new SemblanceError("SemblanceError", "noisy_canvas");
    const bytes = await bytesOf(blob);
    const { width, height, type } = headerOf(bytes);
    if (width * height > maxPixels) {
      throw new SemblanceError("ImageTooLarge", "megapixels", { number: maxPixels / 1e6 });
    }
    const whole = complete(bytes, type);
    if (!whole) throw notAnImage("cut_off");
    const picture = await decode(whole, type);
    pictures.set(handle, picture);
    return { result: { width: picture.width, height: picture.height } };
  },

  pixels({ handle, window }) {
    const result = resample(pixelsOf(pictures.get(handle)), window);
    return { result, transfer: [result.buffer] };
  },

  // Thumbnails are for people. The browser's own scaling is good enough, and twenty times as fast as ours on a large picture.
  async thumbnail({ handle, window: { left, top, right, bottom, width, height } }) {
    const context = whiteCanvas(width, height);
    context.imageSmoothingQuality = "high";
    context.scale(width / (right - left), height / (bottom - top));
    context.translate(-left, -top);
    drawUpright(context, pictures.get(handle));
    const result = await bytesOf(await context.canvas.convertToBlob(JPEG));
    return { result, transfer: [result.buffer] };
  },

  close({ handle }) {
    pictures.get(handle)?.bitmap.close();
    pictures.delete(handle);
  },
});
