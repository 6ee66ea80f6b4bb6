// The labs' Python in a worker of its own. labs.js is the page's end, py/semblance/browser/labs/service.py what it calls.

import { SemblanceError, fromMessage } from "../errors.js";
import { addPackage, python } from "../python.js";
import { expose } from "../rpc.js";
import * as bridge from "./bridge.js";

const labs = addPackage("labs");
let engine;
let broken; // rejects if Python breaks down

// What a learner's code leaves behind, such as a timer, may fail without anyone waiting for it; that must not end the worker.
addEventListener("error", (event) => event.preventDefault());

/** What Python answered, or its error. After a breakdown it can't go on, and answers nothing any more. */
async function settled(call) {
  const { result, error } = await Promise.race([call(), broken]);
  if (error) throw fromMessage(error);
  return { result };
}

expose({
  async start({ port }, report) {
    bridge.connectPage(port);
    const pyodide = await python;
    pyodide.registerJsModule("pyscript", { js_modules: { semblance_bridge: bridge } }); // where a page has PyScript
    broken = new Promise((_, reject) => {
      pyodide._api.on_fatal = ({ message }) => reject(new SemblanceError("BrokeDown", `Python broke down: ${message}`));
    });
    broken.catch(() => {});
    await labs;
    engine = pyodide.pyimport("semblance.browser.labs.service").Service();
    return settled(() => engine.start(report));
  },

  open: ({ lesson }, report) => settled(() => engine.open(lesson, report)),

  demonstrate: ({ lesson, demo, inputs }, report) => settled(() => engine.demonstrate(lesson, demo, inputs, report)),

  run: ({ lesson, code }, report) => settled(() => engine.run(lesson, code, report)),

  check: ({ lesson, exercise, code }, report) => settled(() => engine.check(lesson, exercise, code, report)),
});
