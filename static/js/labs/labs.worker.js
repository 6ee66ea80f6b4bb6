// The labs' Python in a worker of its own. labs.js is the page's end, py/semblance/browser/labs/engine.py what it calls.

import { SemblanceError, fromMessage } from "../errors.js";
import { addPackage, python } from "../python.js";
import { expose } from "../rpc.js";
import * as bridge from "./bridge.js";

const labs = addPackage("labs");
let engine;

// What a learner's code leaves behind, such as a timer, may fail without anyone waiting for it; that must not end the worker.
addEventListener("error", (event) => event.preventDefault());

/** What Python answered, or its error. An exception that it let through means that it can't go on. */
async function settled(call) {
  const { result, error } = await call().catch(({ message }) => {
    throw new SemblanceError("BrokeDown", message.trim().split("\n").at(-1));
  });
  if (error) throw fromMessage(error);
  return { result };
}

expose({
  async start({ port }, report) {
    bridge.connectPage(port);
    const pyodide = await python;
    pyodide.registerJsModule("pyscript", { js_modules: { semblance_bridge: bridge } }); // where a page has PyScript
    await labs;
    engine = pyodide.pyimport("semblance.browser.labs.engine").Engine();
    return settled(() => engine.start(report));
  },

  open: ({ lesson }, report) => settled(() => engine.open(lesson, report)),

  demonstrate: ({ lesson, demo, inputs }, report) => settled(() => engine.demonstrate(lesson, demo, inputs, report)),

  run: ({ lesson, code }, report) => settled(() => engine.run(lesson, code, report)),

  check: ({ lesson, exercise, code }, report) => settled(() => engine.check(lesson, exercise, code, report)),
});
