// On the page of the double-click edition: a part comes out of a script that is added when it is needed, or out of the page
// itself where the edition is one file. Then the page's modules start, as they do on the web.

{
  const { single, entries, ...table } = JSON.parse(document.getElementById("offline-contents").textContent);
  const contents = { ...table, page: new URL("./", location.href).href };
  const reading = new Map(); // part -> {text: promise, resolve}

  const missing = (part) => new Error(`the part ${part} is missing`);

  /** Each script calls this with what it holds. It is removed once it ran, and the text with it. */
  globalThis.semblancePart = (part, text) => reading.get(part).resolve(text);

  function addScript(part, reject) {
    const script = document.createElement("script");
    script.charset = "windows-1252";
    script.src = `offline/${part}.js`;
    script.onload = () => script.remove();
    script.onerror = () => reject(missing(part));
    document.head.append(script);
  }

  function readInline(part, resolve, reject) {
    const block = document.getElementById(`offline-${part}`);
    if (block) resolve(block.textContent);
    else reject(missing(part));
  }

  /** The text of a part; whoever asks while it is being read gets the same. */
  function readPart(part) {
    if (!reading.has(part)) {
      const { promise, resolve, reject } = withResolvers();
      reading.set(part, { text: promise, resolve });
      if (single) readInline(part, resolve, reject);
      else addScript(part, reject);
      promise.finally(() => reading.delete(part)).catch(() => {});
    }
    return reading.get(part).text;
  }

  function withResolvers() {
    let resolve, reject;
    const promise = new Promise((...functions) => ([resolve, reject] = functions));
    return { promise, resolve, reject };
  }

  const sourceOf = async (path) => (await fetch(path)).text();

  /** A worker that has loaded its module, given the module's address. */
  async function startWorker(address) {
    const own = await Promise.all(["static/js/offline/files.js", "static/js/offline/worker.js"].map(sourceOf));
    const begin = `startModule(${JSON.stringify(contents)}, ${JSON.stringify(semblanceFiles.pathOf(address))});`;
    const blob = URL.createObjectURL(new Blob([...own, begin], { type: "text/javascript" }));
    const worker = new Worker(blob);
    const { promise, resolve, reject } = withResolvers();
    worker.addEventListener("message", (event) => {
      const { part, started, reason } = event.data;
      if (part === undefined && started === undefined) return;
      event.stopImmediatePropagation(); // it is no answer for rpc.js
      if (part !== undefined) answer(worker, part);
      else if (started) resolve(worker);
      else reject(new Error(reason));
    });
    return promise.finally(() => URL.revokeObjectURL(blob));
  }

  const answer = (worker, part) =>
    readPart(part).then(
      (text) => worker.postMessage({ part, text }),
      () => worker.postMessage({ part }),
    );

  async function start() {
    for (const path of entries) await semblanceFiles.import(path);
  }

  function fail(error) {
    document.getElementById("startup-progress").hidden = true;
    document.getElementById("startup-text").textContent = single
      ? `Semblance could not start: ${error.message}.`
      : `Semblance could not start: ${error.message}. Unpack the whole zip into a folder and open index.html there.`;
  }

  serveFiles(contents, readPart);
  semblanceFiles.startWorker = startWorker;
  start().catch(fail);
}
