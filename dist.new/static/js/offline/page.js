// Runs on the page of the double-click edition, after files.js. A part comes from a script that is added when it is needed, or
// from the page itself if the edition is one file. Then the page's modules start, as they do on the web.

{
  const { single, entries, ...table } = JSON.parse(document.getElementById("packed-contents").textContent);
  const contents = { ...table, page: new URL("./", location.href).href };
  const waiting = new Map(); // part -> {text: promise, resolve}

  /** Each part's script calls this with its text. */
  globalThis.semblancePart = (part, text) => waiting.get(part).resolve(text);

  const missing = (part) => new Error(`a part is missing (${part})`);

  /** Add the script of a part. It is removed once it ran, and its text with it. */
  function addScript(part, reject) {
    const script = document.createElement("script");
    script.charset = "windows-1252";
    script.src = `parts/${part}.js`;
    script.onload = () => script.remove();
    script.onerror = () => reject(missing(part));
    document.head.append(script);
  }

  function readBlock(part, resolve, reject) {
    const block = document.getElementById(`packed-${part}`);
    if (block) resolve(block.textContent);
    else reject(missing(part));
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

  const remedy = single ? "Get the file again." : "Unpack the whole zip into a folder, and open index.html there.";

  function fail({ message }) {
    const text = document.getElementById("startup-text");
    document.getElementById("startup-progress").hidden = true;
    text.setAttribute("role", "alert");
    text.textContent = `Semblance could not start: ${message}. ${remedy}`;
  }

  serveFiles(contents, readPart);
  semblanceFiles.remedy = remedy; // for startup.js, which reports later failures
  start().catch(fail);
}
