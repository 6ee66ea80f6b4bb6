// Whether a picture's file goes on to its end. Some browsers show what there is of a file that was cut off, grey where the
// rest should be; a vector of that would be taken for one of the picture. WebP and AVIF they all refuse themselves.

/** Markers that no length follows: 0xFF as data, TEM, RST0 to RST7 and SOI. */
const standsAlone = (marker) => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** From one marker to the next, over the data between them, up to "end of image". */
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

/** From one chunk to the next, up to IEND. */
function pngEnds(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49454e44) return true;
  }
  return false;
}

/** From one block to the next, up to the end of the first frame. */
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

/** `type` is the format's name in lower case. */
export const isComplete = (bytes, type) => ENDS[type]?.(bytes) ?? true;
