// Checks whether a picture's file is complete. Some browsers decode a file that was cut off and leave the rest grey. The vector
// of that would pass for the picture's. All browsers refuse incomplete WebP and AVIF files themselves.

import { endOfBlocks } from "./jpeg-blocks.js";

/** Whether no length follows a marker: 0xFF as data, TEM, RST0 to RST7 and SOI. */
const standsAlone = (marker) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Goes from marker to marker, over the data between them, to "end of image". */
function jpegEnds(bytes) {
  let at = 2;
  while ((at = bytes.indexOf(0xff, at)) >= 0) {
    const marker = bytes[at + 1];
    if (marker === 0xd9) return true;
    if (marker === 0xff) at += 1; // filling
    else if (standsAlone(marker)) at += 2;
    else at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
  }
  return false;
}

/** Goes from chunk to chunk, to IEND. */
function pngEnds(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true;
  }
  return false;
}

/** Goes from block to block, to the end of the first frame. */
function gifEnds(bytes) {
  const paletteOf = (flags) => (flags & 0x80 ? 3 * (2 << (flags & 7)) : 0);
  const afterBlocks = (at) => {
    while (bytes[at]) at += bytes[at] + 1;
    return at + 1;
  };
  let at = 13 + paletteOf(bytes[10]);
  while (bytes[at] === 0x21) at = afterBlocks(at + 2); // extensions
  return bytes[at] === 0x2c && afterBlocks(at + 11 + paletteOf(bytes[at + 9])) <= bytes.length;
}

const ENDS = { jpeg: jpegEnds, png: pngEnds, gif: gifEnds };

/** A JPEG up to the end of its data, with the end that it lacks; undefined if it lacks data. */
function withEnd(bytes) {
  const end = endOfBlocks(bytes);
  if (!end) return undefined;
  const whole = new Uint8Array(end + 2);
  whole.set(bytes.subarray(0, end));
  whole.set([0xff, 0xd9], end);
  return whole;
}

/** The bytes of a picture that is complete; undefined if it is not. `type` is the format's name in lower case. */
export function complete(bytes, type) {
  if (ENDS[type]?.(bytes) ?? true) return bytes;
  return type === "jpeg" ? withEnd(bytes) : undefined;
}
