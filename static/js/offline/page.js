// Runs on the page of the double-click edition, after files.js. A part comes from a script that is added when it is needed, or
// from the page itself if the edition is one file. Then the page's modules start, as they do on the web.

{
  const { single, entries, ...table } = JSON.parse(document.getElementById("packed-contents").textContent);
  const contents = { ...table, page: new URL("./", location.href).href };
  const waiting = new Map(); // part -> {text: promise, resolve}

  /** Each part's script calls this with its text. */
  globalThis.semblancePart = (part, text) => waiting.get(part).resolve(text);

  class Missing extends Error {
    constructor(part) {
      super(`a part is missing (${part})`);
      this.part = part;
    }
  }

  /** Add the script of a part. It is removed once it ran, and its text with it. */
  function addScript(part, reject) {
    const script = document.createElement("script");
    script.charset = "windows-1252";
    script.src = `parts/${part}.js`;
    script.onload = () => script.remove();
    script.onerror = () => reject(new Missing(part));
    document.head.append(script);
  }

  function readBlock(part, resolve, reject) {
    const block = document.getElementById(`packed-${part}`);
    if (block) resolve(block.textContent);
    else reject(new Missing(part));
  }

  function read(part) {
    const entry = {};
    entry.text = new Promise((resolve, reject) => {
      entry.resolve = resolve;
      if (single) readBlock(part, resolve, reject);
      else addScript(part, reject);
    });
    const forget = () => waiting.delete(part);
    entry.text.then(forget, forget);
    return entry;
  }

  /** The text of a part. Calls that come while the part is being read share the result. */
  function readPart(part) {
    if (!waiting.has(part)) waiting.set(part, read(part));
    return waiting.get(part).text;
  }

  async function start() {
    for (const path of entries) await semblanceFiles.import(path);
  }

  const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
  const remedy = single ? "remedy_single" : "remedy_folder";

  /** Say it in every language: what chooses one may be what is missing. */
  function fail({ message, part }) {
    const text = document.getElementById("startup-text");
    document.getElementById("startup-progress").hidden = true;
    text.setAttribute("role", "alert");
    const lines = Object.entries(MESSAGES).flatMap(([lang, messages]) => {
      const values = { part, reason: part ? messages.missing.replace("{part}", part) : message, remedy: messages[remedy] };
      const line = messages.failed.replace(/\{(\w+)\}/g, (_, name) => values[name]);
      return [Object.assign(document.createElement("span"), { lang, textContent: line }), document.createElement("br")];
    });
    text.replaceChildren(...lines);
  }

  serveFiles(contents, readPart);
  semblanceFiles.remedy = remedy; // for startup.js, which reports later failures
  semblanceFiles.isHandedOut = Object.hasOwn(table.files, "collection.semblance"); // see assets.js
  document.body.classList.toggle("handed-out", semblanceFiles.isHandedOut);
  start().catch(fail);
}
