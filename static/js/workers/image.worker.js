// Pictures in a worker of their own: decoding does not block the page, and does not wait for inference.

import { imageDimensionsFromData } from "../../vendor/image-dimensions/index.js";
import { complete } from "./complete-picture.js";
import { isOnItsSide, takeOrientation, uprightTransform } from "./orientation.js";
import { SemblanceError, explained, late } from "../errors.js";
import { resample } from "./resample.js";
import { expose } from "../rpc.js";

const FORMATS = ["jpeg", "png", "webp", "gif", "avif", "heic", "tiff", "bmp"];
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

const startsWith = (bytes, ...first) => first.every((byte, at) => bytes[at] === byte);

/** The size in a BMP's header, which is of one of two versions. A negative height says that the rows begin at the top. */
function bitmapHeader(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(14, true) === 12) return { type: "bmp", width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { type: "bmp", width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

const READER = "static/vendor/image-dimensions/index.js";

/** {type, width, height} from the file's header: a picture that takes too much memory must not be decoded. Of a TIFF, the type. */
async function headerOf(bytes) {
  if (startsWith(bytes, 0x42, 0x4d) && bytes.length > 26) return bitmapHeader(bytes);
  if (startsWith(bytes, 0x49, 0x49, 42, 0) || startsWith(bytes, 0x4d, 0x4d, 0, 42)) return { type: "tiff", width: 0, height: 0 };
  const header = dimensionsIn(bytes.subarray(0, HEAD)) ?? dimensionsIn(bytes);
  if (header && FORMATS.includes(header.type)) return header;
  throw await explained(notAnImage(isHeic(bytes) ? "heic" : "no_picture"), READER); // it may be what reads headers that is damaged
}

const HEIC = ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"];
const isHeic = (bytes) => {
  const head = String.fromCharCode(...bytes.subarray(4, 64));
  return head.startsWith("ftyp") && HEIC.some((brand) => head.includes(brand));
};

/** Refuse a picture that is too large. `most` are pixels; of a JPEG, which is scaled while it is decoded, there may be more. */
function checkSize(width, height, most) {
  if (width * height > most) throw new SemblanceError("ImageTooLarge", "megapixels", { number: most / 1e6 });
}

/** The first frame in sRGB, and how it is to be turned; the size is that of the upright picture. */
async function decode(file, type, options) {
  const { orientation, bytes } = takeOrientation(file, type);
  const typed = new Blob([bytes], { type: `image/${type}` }); // the file's name may have given it another type
  try {
    return upright(await createImageBitmap(typed, { ...DECODING, ...options }), orientation);
  } catch (error) {
    throw notAnImage("damaged_picture", { reason: error.message });
  }
}

const DECODING = { imageOrientation: "from-image", premultiplyAlpha: "none" };

function upright(bitmap, orientation = 1) {
  const [width, height] = isOnItsSide(orientation) ? [bitmap.height, bitmap.width] : [bitmap.width, bitmap.height];
  return { bitmap, orientation, width, height, fullWidth: width, fullHeight: height };
}

/** A JPEG beyond the limit, halved by the browser as it decodes it. */
async function decodeScaled(file, { type, width, height }) {
  const picture = await decode(file, type, { resizeWidth: Math.ceil(width / 2), resizeQuality: "high" });
  const isTurned = picture.width > picture.height !== width > height;
  return Object.assign(picture, isTurned ? { fullWidth: height, fullHeight: width } : { fullWidth: width, fullHeight: height });
}

/** What a decoder of our own gives, which knows nothing of colour profiles. */
async function ofPixels({ pixels, width, height, orientation, profile }) {
  if (profile) {
    const { toSrgb } = await late(import("./profile.js"), "static/js/workers/profile.js");
    await toSrgb(pixels, width, height, profile);
  }
  return upright(await createImageBitmap(new ImageData(pixels, width, height), { premultiplyAlpha: "none" }), orientation);
}

async function decodeTiff(file, maxPixels) {
  const { decodeTiff: decodePage } = await late(import("./tiff.js"), "static/js/workers/tiff.js");
  let page;
  try {
    page = decodePage(file, (width, height) => checkSize(width, height, maxPixels));
  } catch (error) {
    throw error instanceof SemblanceError ? error : notAnImage("damaged_picture", { reason: error.message });
  }
  return ofPixels(page);
}

/** A HEIC as the browser decodes it, else as libheif does. */
async function decodeHeic(file, maxPixels) {
  const own = await createImageBitmap(new Blob([file], { type: "image/heic" }), DECODING).catch(() => null);
  if (own) return upright(own);
  const { decodeHeic: decodeMain } = await late(import("./heic.js"), "static/js/workers/heic.js");
  const main = await decodeMain(file, (width, height) => checkSize(width, height, maxPixels));
  if (!main) throw notAnImage("heic");
  return ofPixels(main);
}

/** A picture as it is decoded, by its type and size. */
async function decodeChecked(bytes, header, { maxPixels, maxPixelsScaled }) {
  if (header.type === "tiff") return decodeTiff(bytes, maxPixels);
  checkSize(header.width, header.height, header.type === "jpeg" ? maxPixelsScaled : maxPixels);
  if (header.type === "heic") return decodeHeic(bytes, maxPixels);
  const whole = complete(bytes, header.type);
  if (!whole) throw notAnImage("cut_off");
  return header.width * header.height > maxPixels ? decodeScaled(whole, header) : decode(whole, header.type);
}

/** The window in the pixels that there are, which may be fewer than those of the file. */
function scaled({ left, top, right, bottom, ...rest }, picture) {
  const [across, down] = [picture.width / picture.fullWidth, picture.height / picture.fullHeight];
  return { left: left * across, top: top * down, right: right * across, bottom: bottom * down, ...rest };
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
  async open({ handle, blob, limits }) {
    if (!globalThis.OffscreenCanvas?.prototype.convertToBlob) {
      throw new SemblanceError("SemblanceError", "old_browser");
    }
    isTrue ??= isCanvasTrue();
    if (!isTrue) throw new SemblanceError("SemblanceError", "noisy_canvas");
    const bytes = await bytesOf(blob);
    const picture = await decodeChecked(bytes, await headerOf(bytes), limits);
    pictures.set(handle, picture);
    return { result: { width: picture.fullWidth, height: picture.fullHeight } };
  },

  pixels({ handle, window }) {
    const picture = pictures.get(handle);
    const result = resample(pixelsOf(picture), scaled(window, picture));
    return { result, transfer: [result.buffer] };
  },

  // Thumbnails are for people. The browser's own scaling is good enough, and twenty times as fast as ours on a large picture.
  async thumbnail({ handle, window }) {
    const picture = pictures.get(handle);
    const { left, top, right, bottom, width, height } = scaled(window, picture);
    const context = whiteCanvas(width, height);
    context.imageSmoothingQuality = "high";
    context.scale(width / (right - left), height / (bottom - top));
    context.translate(-left, -top);
    drawUpright(context, picture);
    const result = await bytesOf(await context.canvas.convertToBlob(JPEG));
    return { result, transfer: [result.buffer] };
  },

  close({ handle }) {
    pictures.get(handle)?.bitmap.close();
    pictures.delete(handle);
  },
});
