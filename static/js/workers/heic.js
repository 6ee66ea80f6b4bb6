// HEIC, as iPhones write it, in browsers that don't decode it themselves. The image worker loads this module, and libheif with it
// (1.4 MB of WebAssembly), with the first such picture.

import libheif from "../../vendor/libheif/libheif-bundle.mjs";

const heif = libheif();

/** Decode the main picture -> {pixels, width, height}, upright; null if there is none that libheif can decode. */
export async function decodeHeic(bytes, check) {
  const pictures = new heif.HeifDecoder().decode(bytes);
  const picture = pictures.find((one) => one.is_primary()) ?? pictures[0];
  if (!picture) return null;
  const [width, height] = [picture.get_width(), picture.get_height()];
  check(width, height);
  const pixels = new Uint8ClampedArray(width * height * 4);
  const shown = await new Promise((resolve) => picture.display({ data: pixels, width, height }, resolve));
  pictures.forEach((one) => one.free());
  return shown && { pixels, width, height };
}
