// The labs' Python in a worker of its own. labs.js is the page's end. This file calls py/semblance/browser/labs/service.py.

import "../module-worker.js"; // must be in place before Python is
import { SemblanceError, fromMessage } from "../errors.js";
import { addPackage, python } from "../python.js";
import { expose } from "../rpc.js";
import * as bridge from "./bridge.js";

const labs = addPackage("labs");
let service;
let broken; // rejects if Python breaks down

// Something that a learner's code leaves behind, such as a timer, may fail later. That must not end the worker.
addEventListener("error", (event) => event.preventDefault());

/** Python's answer. Throws Python's error. After a breakdown Python answers nothing any more. */
async function settled(call) {
  const { result, error } = await Promise.race([call(), broken]);
  if (error) throw fromMessage(error);
  return { result };
}

expose({
  async start({ port }, report) {
    bridge.connectPage(port);
    const pyodide = await python;
    pyodide.registerJsModule("pyscript", { js_modules: { semblance_bridge: bridge } }); // on a page, PyScript provides this module
    broken = new Promise((_, reject) => {
      pyodide._api.on_fatal = ({ message }) => reject(new SemblanceError("BrokeDown", "broke_down", { reason: message }));
    });
    broken.catch(() => {});
    await labs;
    service = pyodide.pyimport("semblance.browser.labs.service").Service();
    return settled(() => service.start(report));
  },

  open: ({ lesson }, report) => settled(() => service.open(lesson, report)),

  demonstrate: ({ lesson, demo, inputs, language }, report) =>
    settled(() => service.demonstrate(lesson, demo, inputs, language, report)),

  run: ({ lesson, code }, report) => settled(() => service.run(lesson, code, report)),

  check: ({ lesson, exercise, code }, report) => settled(() => service.check(lesson, exercise, code, report)),
});
