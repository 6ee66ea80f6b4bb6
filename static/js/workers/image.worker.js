// Pictures in a worker of their own: decoding one does not hold up the page, nor wait for inference.

import { imageDimensionsFromData } from "../../vendor/image-dimensions/index.js";
import { isComplete } from "./complete-picture.js";
import { SemblanceError } from "../errors.js";
import { resample } from "./resample.js";
import { expose } from "../rpc.js";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif"];
const HEAD = 1 << 19; // bytes; nearly always enough to find a picture's size, even behind a large EXIF block
const TILE = 4096; // pixels; some browsers' canvases end at 16,384
const JPEG = { type: "image/jpeg", quality: 0.82 };

const bitmaps = new Map(); // by the handle that the page chose

const notAnImage = (message) => new SemblanceError("NotAnImage", message);

async function bytesOf(blob) {
  const buffer = await blob.arrayBuffer().catch(() => null);
  if (!buffer) throw new SemblanceError("SemblanceError", "the file can no longer be read");
  return new Uint8Array(buffer);
}

function dimensionsIn(bytes) {
  try {
    return imageDimensionsFromData(bytes);
  } catch {
    return undefined; // a header that points out of the file
  }
}

/** {width, height, type} by the file's header: what takes too much memory must not be decoded. */
function headerOf(bytes) {
  const found = dimensionsIn(bytes.subarray(0, HEAD)) ?? dimensionsIn(bytes);
  if (!found || !FORMATS.includes(found.type)) throw notAnImage("it is not a JPEG, PNG, WebP, GIF or AVIF picture");
  return found;
}

/** The first frame, upright and in sRGB. */
async function decode(blob, type) {
  const named = blob.slice(0, blob.size, `image/${type}`); // whatever the file's name made of it
  try {
    return await createImageBitmap(named, { imageOrientation: "from-image", premultiplyAlpha: "none" });
  } catch (error) {
    throw notAnImage(`the picture is damaged or cut off (${error.message})`);
  }
}

/** A context of its own, white all over. */
function whiteCanvas(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  return context;
}

function tileOf(bitmap, x, y, width, height) {
  const context = whiteCanvas(width, height);
  context.drawImage(bitmap, -x, -y);
  return context.getImageData(0, 0, width, height).data;
}

/** Its pixels, on white, for `resample`: a piece at a time, so that there is no second copy of a large picture. */
function pixelsOf(bitmap) {
  const read = (x, y, width, height) => {
    if (width <= TILE) return tileOf(bitmap, x, y, width, height);
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let left = 0; left < width; left += TILE) {
      const part = Math.min(TILE, width - left);
      const data = tileOf(bitmap, x + left, y, part, height);
      for (let row = 0; row < height; row++) {
        pixels.set(data.subarray(row * part * 4, (row + 1) * part * 4), (row * width + left) * 4);
      }
    }
    return pixels;
  };
  return { width: bitmap.width, height: bitmap.height, read };
}

expose({
  async open({ handle, blob, maxPixels }) {
    if (!globalThis.OffscreenCanvas?.prototype.convertToBlob) {
      throw new SemblanceError("SemblanceError", "this browser is too old to read pictures; one of 2023 or later can");
    }
    const bytes = await bytesOf(blob);
    const { width, height, type } = headerOf(bytes);
    if (width * height > maxPixels) {
      throw new SemblanceError("ImageTooLarge", `it has more than ${maxPixels / 1e6} megapixels`);
    }
    if (!isComplete(bytes, type)) throw notAnImage("the picture is damaged or cut off (its end is missing)");
    const bitmap = await decode(blob, type);
    bitmaps.set(handle, bitmap);
    return { result: { width: bitmap.width, height: bitmap.height } };
  },

  pixels({ handle, window }) {
    const result = resample(pixelsOf(bitmaps.get(handle)), window);
    return { result, transfer: [result.buffer] };
  },

  // For people: the browser's own scaling is good enough, and on a large picture twenty times as fast as ours.
  async thumbnail({ handle, window: { left, top, right, bottom, width, height } }) {
    const context = whiteCanvas(width, height);
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmaps.get(handle), left, top, right - left, bottom - top, 0, 0, width, height);
    const result = await bytesOf(await context.canvas.convertToBlob(JPEG));
    return { result, transfer: [result.buffer] };
  },

  close({ handle }) {
    bitmaps.get(handle)?.close();
    bitmaps.delete(handle);
  },
});
