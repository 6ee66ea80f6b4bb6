// Colours in sRGB of pixels with an ICC profile. The browser itself converts them: it gets them as PNGs that have the profile, one
// tile after the other, since a second copy of a large picture would take too much memory.

const SIDE = 1024; // pixels of a tile
const MOST_STORED = 0xffff; // bytes of a block that deflate leaves as they are
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RGBA_8_BITS = [8, 6, 0, 0, 0];
const NAME_OF_PROFILE = [0x69, 0x63, 0x63, 0, 0]; // "icc", and the only compression that there is

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

const bigEndian = (number) => [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function chunk(name, ...parts) {
  const data = joined([...name].map((letter) => letter.charCodeAt(0)), ...parts);
  let crc = -1;
  for (const byte of data) crc = CRC[(crc ^ byte) & 255] ^ (crc >>> 8);
  return joined(bigEndian(data.length - 4), data, bigEndian(~crc));
}

function adler32(bytes) {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return bigEndian(high * 65536 + low);
}

/** The bytes as a zlib stream that compresses nothing. */
function stored(bytes) {
  const parts = [[0x78, 0x01]];
  for (let at = 0; at < bytes.length; at += MOST_STORED) {
    const part = bytes.subarray(at, at + MOST_STORED);
    const isLast = at + part.length === bytes.length;
    parts.push([isLast ? 1 : 0, part.length & 255, part.length >> 8, ~part.length & 255, (~part.length >> 8) & 255], part);
  }
  return joined(...parts, adler32(bytes));
}

/** Some rows of pixels as a PNG. */
function png(rows, width, height, profileChunk) {
  const lines = new Uint8Array(height * (width * 4 + 1)); // each begins with the number of its filter, 0 for none
  for (let y = 0; y < height; y++) lines.set(rows(y), y * (width * 4 + 1) + 1);
  const header = chunk("IHDR", bigEndian(width), bigEndian(height), RGBA_8_BITS);
  return new Blob([joined(SIGNATURE, header, profileChunk, chunk("IDAT", stored(lines)), chunk("IEND"))], { type: "image/png" });
}

/** Convert the pixels in their place. A profile that the browser does not understand is ignored. */
export async function toSrgb(pixels, width, height, profile) {
  const profileChunk = chunk("iCCP", NAME_OF_PROFILE, stored(profile));
  const context = new OffscreenCanvas(SIDE, SIDE).getContext("2d", { willReadFrequently: true });
  for (let top = 0; top < height; top += SIDE) {
    for (let left = 0; left < width; left += SIDE) {
      const [across, down] = [Math.min(SIDE, width - left), Math.min(SIDE, height - top)];
      const startOf = (y) => ((top + y) * width + left) * 4;
      const rows = (y) => pixels.subarray(startOf(y), startOf(y) + across * 4);
      const tile = await createImageBitmap(png(rows, across, down, profileChunk), { premultiplyAlpha: "none" });
      context.clearRect(0, 0, SIDE, SIDE);
      context.drawImage(tile, 0, 0);
      tile.close();
      const { data } = context.getImageData(0, 0, across, down);
      for (let y = 0; y < down; y++) pixels.set(data.subarray(y * across * 4, (y + 1) * across * 4), startOf(y));
    }
  }
}
