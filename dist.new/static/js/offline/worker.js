// Starts a worker of the double-click edition, after files.js. The worker's starter sends parts as text.

globalThis.startModule = (contents, path) => {
  const waiting = new Map(); // part -> {resolve, reject}

  addEventListener("message", (event) => {
    const { part, text, reason } = event.data;
    if (part === undefined) return;
    event.stopImmediatePropagation(); // the message is not for rpc.js
    for (const { resolve, reject } of waiting.get(part)) {
      if (text === undefined) reject(new Error(reason));
      else resolve(text);
    }
    waiting.delete(part);
  });

  const readPart = (part) =>
    new Promise((resolve, reject) => {
      if (!waiting.has(part)) {
        waiting.set(part, []);
        postMessage({ part });
      }
      waiting.get(part).push({ resolve, reject });
    });

  serveFiles(contents, readPart);
  semblanceFiles.import(path).then(
    () => postMessage({ started: true }),
    ({ message }) => postMessage({ started: false, reason: message }),
  );
};
