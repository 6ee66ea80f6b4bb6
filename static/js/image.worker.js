// Pictures in a worker of their own: decoding one does not hold up the page, nor wait for inference.

import { imageDimensionsFromData } from "../vendor/image-dimensions/index.js";
import { SemblanceError } from "./errors.js";
import { resample } from "./resample.js";
import { expose } from "./rpc.js";

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
async function dimensionsOf(blob) {
  const found = dimensionsIn(await bytesOf(blob.slice(0, HEAD))) ?? (blob.size > HEAD && dimensionsIn(await bytesOf(blob)));
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

/** Its pixels, on white, a tile at a time, so that there is no second copy of a large picture. */
function pixelsOf(bitmap) {
  const tile = (x, y, width, height) => {
    const context = new OffscreenCanvas(width, height).getContext("2d", { alpha: false, willReadFrequently: true });
    context.fillStyle = "white";
    context.fillRect(0, 0, width, height);
    context.drawImage(bitmap, -x, -y);
    return context.getImageData(0, 0, width, height).data;
  };
  const read = (x, y, width, height) => {
    if (width <= TILE) return tile(x, y, width, height);
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let left = 0; left < width; left += TILE) {
      const part = Math.min(TILE, width - left);
      const data = tile(x + left, y, part, height);
      for (let row = 0; row < height; row++) {
        pixels.set(data.subarray(row * part * 4, (row + 1) * part * 4), (row * width + left) * 4);
      }
    }
    return pixels;
  };
  return { width: bitmap.width, height: bitmap.height, read };
}

async function jpegOf(rgb, width, height) {
  const image = new ImageData(width, height);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    image.data[to] = rgb[from];
    image.data[to + 1] = rgb[from + 1];
    image.data[to + 2] = rgb[from + 2];
    image.data[to + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d", { alpha: false }).putImageData(image, 0, 0);
  return bytesOf(await canvas.convertToBlob(JPEG));
}

expose({
  async open({ handle, blob, maxPixels }) {
    if (!globalThis.OffscreenCanvas?.prototype.convertToBlob) {
      throw new SemblanceError("SemblanceError", "this browser is too old to read pictures; one of 2023 or later can");
    }
    const { width, height, type } = await dimensionsOf(blob);
    if (width * height > maxPixels) {
      throw new SemblanceError("ImageTooLarge", `it has more than ${maxPixels / 1e6} megapixels`);
    }
    const bitmap = await decode(blob, type);
    bitmaps.set(handle, bitmap);
    return { result: { width: bitmap.width, height: bitmap.height } };
  },

  pixels({ handle, window }) {
    const result = resample(pixelsOf(bitmaps.get(handle)), window);
    return { result, transfer: [result.buffer] };
  },

  async thumbnail({ handle, window }) {
    const rgb = resample(pixelsOf(bitmaps.get(handle)), window);
    const result = await jpegOf(rgb, window.width, window.height);
    return { result, transfer: [result.buffer] };
  },

  close({ handle }) {
    bitmaps.get(handle)?.close();
    bitmaps.delete(handle);
  },
});
