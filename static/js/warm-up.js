// Starts Python at once, and loads the text model in its worker at the same time. Errors are not reported here: Python asks for
// the same again and reports them. The default model is loaded only where it is needed soon: py/semblance/browser/pages/session.py
// tells which model the collection had that was open last. Where there is none yet, a reader of English will most likely need it.

import "./python.js";
import { isHandedOut } from "./assets.js";
import { arrived } from "./download.js";
import { loadTextModel } from "./text-model.js";

const onProgress = ({ loaded, total }) => arrived("model", "", loaded, total);
const last = storage()?.getItem("semblance:model");
const isWanted = (model) => isHandedOut || (last ? last === model : navigator.language.startsWith("en"));
loadTextModel({ onProgress, isWanted }).catch(() => {});

/** The page's storage, if the browser lets it have one. */
function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
