// Starts Python at once, and loads the text model in its worker at the same time. Errors are not reported here: Python asks for
// the same again and reports them.

import "./python.js";
import { arrived } from "./download.js";
import { loadTextModel } from "./text-model.js";

const onProgress = ({ loaded, total }) => arrived("model", "", loaded, total);
loadTextModel({ onProgress }).catch(() => {});
