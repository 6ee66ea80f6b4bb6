// The second Python, in a worker of its own. papers.js is the page's end. This file calls py/semblance/ingest/papers/service.py.

import "../module-worker.js"; // this and the next must be in place before Python is
import { limitMemory } from "./memory.js";
import { SemblanceError } from "../errors.js";
import { addPackage, python } from "../python.js";
import { expose } from "../rpc.js";

const papers = addPackage("papers");
papers.catch(() => {}); // the first call says it
let service;
let broken; // rejects if Python breaks down

expose({
  async start({ memory }) {
    if (service) return;
    const pyodide = await python;
    broken = new Promise((_, reject) => {
      pyodide._api.on_fatal = ({ message }) => reject(new SemblanceError("BrokeDown", "broke_down", { reason: message }));
    });
    broken.catch(() => {});
    await papers;
    service = pyodide.pyimport("semblance.ingest.papers.service");
    limitMemory(memory);
  },

  async read({ header, data }, report) {
    const answer = async () => service.answer_all(header, data, () => report({}));
    return { result: await Promise.race([answer(), broken]) };
  },
});
