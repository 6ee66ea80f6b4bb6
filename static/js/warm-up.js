// Starts Python at once, and loads the text model in its worker at the same time. Errors are not reported here: Python asks for
// the same again and reports them.

import "./python.js";
import { loadTextModel } from "./text-model.js";

loadTextModel().catch(() => {});
