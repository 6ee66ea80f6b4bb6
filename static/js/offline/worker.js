// A worker of the double-click edition begins with files.js, this, and `startModule(contents, path)`. Browsers start only
// classic workers from blobs there, and import only blobs that the worker made itself. Parts come from the page, as text.

function startModule(contents, path) {
  const waiting = new Map(); // part -> {resolve, reject}

  addEventListener("message", (event) => {
    const { part, text } = event.data;
    if (part === undefined) return;
    event.stopImmediatePropagation(); // it is no call of rpc.js
    const { resolve, reject } = waiting.get(part);
    waiting.delete(part);
    if (text === undefined) reject(new Error(`the part ${part} is missing`));
    else resolve(text);
  });

  const readPart = (part) =>
    new Promise((resolve, reject) => {
      waiting.set(part, { resolve, reject });
      postMessage({ part });
    });

  serveFiles(contents, readPart);
  semblanceFiles.import(path).then(
    () => postMessage({ started: true }),
    (error) => postMessage({ started: false, reason: error.message }),
  );
}
