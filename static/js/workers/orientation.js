// How a PNG or a WebP is to be turned, by its EXIF block. Browsers turn a JPEG themselves, all alike; some turn a PNG, and hardly
// one a WebP. So the block is made to say "upright" before the browser sees it, and the page turns the picture.

const ORIENTATION = 0x0112;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif\0\0", which some programs put before the block

const nameAt = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Each chunk of a PNG: {name, start, length}. */
function* pngChunks(bytes, view) {
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    yield { name: nameAt(bytes, at + 4), start: at + 8, length: view.getUint32(at) };
  }
}

/** Each chunk of a WebP. */
function* webpChunks(bytes, view) {
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    yield { name: nameAt(bytes, at), start: at + 8, length };
    at += 8 + length + (length & 1);
  }
}

const CHUNKS = { png: [pngChunks, "eXIf"], webp: [webpChunks, "EXIF"] };

/** The place of the orientation's value in a block of EXIF, and how its numbers are written; undefined without one. */
function orientationIn(bytes, view, { start, length }) {
  const end = Math.min(start + length, bytes.length);
  const base = EXIF.every((byte, at) => bytes[start + at] === byte) ? start + EXIF.length : start;
  if (base + 8 > end) return undefined;
  const little = bytes[base] === 0x49;
  const table = base + view.getUint32(base + 4, little);
  if (table + 2 > end) return undefined;
  for (let entry = table + 2, left = view.getUint16(table, little); left > 0 && entry + 12 <= end; entry += 12, left--) {
    if (view.getUint16(entry, little) === ORIENTATION) return { at: entry + 8, little };
  }
  return undefined;
}

/** CRC-32 as PNG has it, of a chunk's name and data. */
function checksum(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** The orientation of a PNG or WebP, from 1 (upright) to 8, and the file's bytes with an orientation of 1. */
export function takeOrientation(bytes, type) {
  const [chunksOf, name] = CHUNKS[type] ?? [];
  if (!chunksOf) return { orientation: 1, bytes };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const chunk of chunksOf(bytes, view)) {
    const place = chunk.name === name && orientationIn(bytes, view, chunk);
    if (!place) continue;
    const orientation = view.getUint16(place.at, place.little);
    if (orientation < 2 || orientation > 8) break;
    const upright = bytes.slice();
    const changed = new DataView(upright.buffer);
    changed.setUint16(place.at, 1, place.little);
    const end = chunk.start + chunk.length;
    if (type === "png") changed.setUint32(end, checksum(upright.subarray(chunk.start - 4, end)));
    return { orientation, bytes: upright };
  }
  return { orientation: 1, bytes };
}

/** Whether a picture of this orientation lies on its side. */
export const isOnItsSide = (orientation) => orientation > 4;

/** What a canvas multiplies the places in a picture of this size with, to draw it upright. */
export function uprightTransform(orientation, width, height) {
  return {
    1: [1, 0, 0, 1, 0, 0],
    2: [-1, 0, 0, 1, width, 0],
    3: [-1, 0, 0, -1, width, height],
    4: [1, 0, 0, -1, 0, height],
    5: [0, 1, 1, 0, 0, 0],
    6: [0, 1, -1, 0, height, 0],
    7: [0, -1, -1, 0, height, width],
    8: [0, -1, 1, 0, 0, width],
  }[orientation];
}
