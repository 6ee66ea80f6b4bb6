// Start Python at once, and load the text model in its worker meanwhile. If this fails Python asks afresh and reports what is
// wrong, so nothing is reported here.

import "./python.js";
import { loadTextModel } from "./text-model.js";

loadTextModel().catch(() => {});
