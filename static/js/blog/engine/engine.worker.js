// Python and the text model in a worker, so that a reader's page never waits for them. meaning.js is the page's end. This file
// calls py/semblance/browser/blog/service.py.

import { asset } from "../../assets.js";
import { download, fetchText } from "../../download.js";
import { fromMessage } from "../../errors.js";
import { python } from "../../python.js";
import { expose } from "../../rpc.js";
import { loadTextModel } from "../../text-model.js";
import * as bridge from "./bridge.js";

let service;

async function makeService() {
  const pyodide = await python;
  pyodide.registerJsModule("pyscript", { js_modules: { semblance_bridge: bridge } }); // on a page, PyScript provides this module
  try {
    return pyodide.pyimport("semblance.browser.blog.service").Service();
  } catch (error) {
    const lastLine = error.message.trim().split("\n").at(-1); // without the traceback
    throw new Error(lastLine, { cause: error });
  }
}

/** Report how much of the engine has arrived. The model counts while it arrives, each other file once it is there. */
async function watchLoading(report) {
  const { size } = JSON.parse(await fetchText(asset("engine.json")));
  let [model, others] = [0, 0];
  const tell = () => report({ share: Math.min(1, (model + others) / size) });
  const observer = new PerformanceObserver((list) => {
    for (const { decodedBodySize } of list.getEntries()) others += decodedBodySize;
    tell();
  });
  observer.observe({ type: "resource", buffered: true });
  const onProgress = ({ loaded }) => {
    model = loaded;
    tell();
  };
  return { onProgress, stop: () => observer.disconnect() };
}

/** Python's answer. Throws Python's error. */
async function answer(call) {
  const { result, error } = await call;
  if (error) throw fromMessage(error);
  return { result: JSON.parse(result) };
}

expose({
  async start({ threads }, report) {
    const { onProgress, stop } = await watchLoading(report);
    loadTextModel({ onProgress, options: { threads } }).catch(() => {}); // Python asks for the model too, and reports errors
    service = await makeService();
    const fingerprint = await answer(service.start());
    stop();
    return fingerprint;
  },

  open: async ({ name, vectors, posts }) => answer(service.open(name, await download(vectors), posts)),

  search: ({ name, query, number }) => answer(service.search(name, query, number)),

  related: ({ feed, page, number }, report) => answer(service.related(feed, page, number, (done, total) => report({ done, total }))),
});
