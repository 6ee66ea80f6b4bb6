// TIFF, which hardly any browser decodes. The image worker loads this module, and UTIF with it, with the first such picture.

import "../../vendor/pako/pako_inflate.min.js";
import "../../vendor/utif/UTIF.js"; // both put themselves beside the worker's own names
import { SemblanceError } from "../errors.js";

const ORIENTATION = "t274";
const PROFILE = "t34675";
globalThis.window ??= globalThis; // where UTIF looks for another library's conversion of CMYK

/** Decode the first page -> {pixels, width, height, orientation, profile}. `check` is called with its size before. */
export function decodeTiff(bytes, check) {
  const { UTIF } = globalThis;
  const file = bytes.slice().buffer;
  const [page] = UTIF.decode(file);
  const [width, height] = [page?.t256?.[0], page?.t257?.[0]];
  if (!(width > 0 && height > 0)) throw new SemblanceError("NotAnImage", "no_picture");
  check(width, height);
  const end = Math.max(...page.t273.map((start, at) => start + (page.t279?.[at] ?? 0)));
  if (end > file.byteLength) throw new SemblanceError("NotAnImage", "cut_off");
  UTIF.decodeImage(file, page);
  const pixels = new Uint8ClampedArray(UTIF.toRGBA8(page).buffer);
  const profile = page[PROFILE] && Uint8Array.from(page[PROFILE]);
  return { pixels, width, height, orientation: page[ORIENTATION]?.[0] ?? 1, profile };
}
