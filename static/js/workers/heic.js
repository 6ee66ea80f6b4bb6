// HEIC, as iPhones write it, in browsers that don't decode it themselves. The image worker loads this module, and libheif with it
// (1.4 MB of WebAssembly), with the first such picture.

import libheif from "../../vendor/libheif/libheif-bundle.mjs";

const heif = libheif();

const COLOUR_BOXES = ["colrprof", "colrrICC"].map((name) => [...name].map((letter) => letter.charCodeAt(0)));

/** The ICC profile in a file, such as Display P3 on iPhones; undefined if there is none. libheif-js does not tell it. */
function profileIn(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = COLOUR_BOXES[0][0];
  for (let at = bytes.indexOf(first); at >= 4; at = bytes.indexOf(first, at + 1)) {
    const length = view.getUint32(at - 4) - 12;
    const isProfile = COLOUR_BOXES.some((name) => name.every((byte, place) => bytes[at + place] === byte));
    if (isProfile && length > 0 && at + 8 + length <= bytes.length) return bytes.slice(at + 8, at + 8 + length);
  }
  return undefined;
}

/** Decode the main picture -> {pixels, width, height, profile}, upright; null if there is none that libheif can decode. */
export async function decodeHeic(bytes, check) {
  const pictures = new heif.HeifDecoder().decode(bytes);
  const picture = pictures.find((one) => one.is_primary()) ?? pictures[0];
  if (!picture) return null;
  const [width, height] = [picture.get_width(), picture.get_height()];
  check(width, height);
  const pixels = new Uint8ClampedArray(width * height * 4);
  const shown = await new Promise((resolve) => picture.display({ data: pixels, width, height }, resolve));
  pictures.forEach((one) => one.free());
  return shown && { pixels, width, height, profile: profileIn(bytes) };
}
