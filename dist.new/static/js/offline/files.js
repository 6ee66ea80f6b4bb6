// The double-click edition. On file:// modules, fetch and workers reach no files; only classic scripts and blobs work. So the
// build packs the site's files into parts (py/semblance_build/offline/), and this file serves them from there. It serves them
// as if the site were on the web, because libraries treat file:// specially. It runs on the page, and first in each worker.
//
//   page      address of the page's folder, the base of relative addresses
//   groups    name -> {parts}             one gzip stream, cut into that many parts
//   files     path -> {group, at, bytes}  where a file lies in the stream of its group, unpacked
//   readPart  (name) => promise of a part's text

globalThis.serveFiles = (contents, readPart) => {
  const { page, groups, files } = contents;
  const root = "https://semblance.invalid/"; // a reserved name that belongs to nobody
  const networkFetch = globalThis.fetch.bind(globalThis);
  const unpacked = new Map(); // group of several files -> promise of the group's bytes
  const modules = new Map(); // path -> promise of a blob's address

  const TYPES = {
    html: "text/html",
    js: "text/javascript",
    json: "application/json",
    mjs: "text/javascript",
    wasm: "application/wasm",
  };
  const typeOf = (path) => TYPES[path.split(".").pop()] ?? "application/octet-stream";

  // --- parts ---

  // Each byte is written as its character in windows-1252. A few are written as "=" and the character of the byte plus 64.
  const ESCAPE = 0x3d;
  const SHIFT = 64;
  const every = new TextDecoder("windows-1252").decode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
  const byteOf = new Uint8Array(0x2123); // the largest of those characters is U+2122
  for (let byte = 0; byte < 256; byte++) byteOf[every.charCodeAt(byte)] = byte;

  function decode(text) {
    const bytes = new Uint8Array(text.length);
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const byte = byteOf[text.charCodeAt(i)];
      bytes[length++] = byte === ESCAPE ? byteOf[text.charCodeAt(++i)] - SHIFT : byte;
    }
    return bytes.subarray(0, length);
  }

  /** The contents of a group, piece by piece. A part is read when it is needed, and is not kept. */
  function stream(group) {
    let next = 0;
    const pull = async (controller) => {
      if (next === groups[group].parts) controller.close();
      else controller.enqueue(decode(await readPart(`${group}.${next++}`)));
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 }).pipeThrough(new DecompressionStream("gzip"));
  }

  function unpack(group) {
    if (!unpacked.has(group)) unpacked.set(group, new Response(stream(group)).arrayBuffer());
    return unpacked.get(group);
  }

  // --- files ---

  /** The path of an address of the site; undefined for other addresses. */
  function pathOf(address) {
    const { href } = new URL(address, page);
    const base = [root, page].find((start) => href.startsWith(start));
    return base && decodeURIComponent(href.slice(base.length).split(/[?#]/)[0]);
  }

  async function respond(path) {
    if (!Object.hasOwn(files, path)) return new Response(null, { status: 404, statusText: "Not Found" });
    const { group, at, bytes } = files[path];
    const body = at === undefined ? stream(group) : (await unpack(group)).slice(at, at + bytes);
    return new Response(body, { headers: { "Content-Type": typeOf(path), "Content-Length": bytes } });
  }

  const INLINE = /^data:([^;,]*);base64,(.*)$/s;

  /** A response for a `data:` address. A library may carry its WebAssembly there, and the page's policy allows no fetch. */
  function inline([, type, base64]) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new Response(bytes, { headers: { "Content-Type": type } });
  }

  globalThis.fetch = async (resource, options) => {
    const address = String(resource.url ?? resource);
    const data = INLINE.exec(address);
    if (data) return inline(data);
    const path = pathOf(address);
    return path === undefined ? networkFetch(resource, options) : respond(path);
  };

  async function textOf(path) {
    const response = await respond(path);
    if (!response.ok) throw new TypeError(`there is no file ${path}`);
    return response.text();
  }

  // --- modules ---

  const blobOf = (...texts) => URL.createObjectURL(new Blob(texts, { type: "text/javascript" }));

  const IMPORTED = /(?<=["'])semblance-module:([^"'\n]+)/g;

  async function link(path) {
    const source = await textOf(path);
    const imported = new Set(Array.from(source.matchAll(IMPORTED), ([, name]) => name));
    const addresses = new Map(await Promise.all(Array.from(imported, async (name) => [name, await linked(name)])));
    return blobOf(source.replace(IMPORTED, (_, name) => addresses.get(name)));
  }

  /** Address of a module's blob, in which imports are such addresses too. A module has one blob, so it runs once. */
  function linked(path) {
    if (!modules.has(path)) modules.set(path, link(path));
    return modules.get(path);
  }

  const importPath = async (path) => import(await linked(path));

  /** What the build puts in place of a module's `import.meta` and `import()`. */
  const moduleAt = (path) => ({
    meta: { url: root + path },
    async import(specifier) {
      const imported = pathOf(new URL(specifier, root + path));
      return imported === undefined ? import(specifier) : importPath(imported);
    },
  });

  // --- workers ---

  /**
   * Resolves with a worker that has loaded its module, given the module's address. Browsers start only classic workers from
   * blobs here, and those import only blobs that they made themselves. So a worker has a `serveFiles` of its own, and asks its
   * starter for parts.
   */
  async function startWorker(address) {
    const own = await Promise.all(["static/js/offline/files.js", "static/js/offline/worker.js"].map(textOf));
    const begin = `startModule(${JSON.stringify(contents)}, ${JSON.stringify(pathOf(address))});`;
    const worker = new Worker(blobOf(...own, begin));
    return new Promise((resolve, reject) => {
      worker.addEventListener("error", ({ message }) => reject(new TypeError(message)), { once: true });
      worker.addEventListener("message", (event) => {
        const { part, started, reason } = event.data;
        if (part === undefined && started === undefined) return;
        event.stopImmediatePropagation(); // the message is not for rpc.js
        if (part !== undefined) send(part, worker);
        else if (started) resolve(worker);
        else reject(new TypeError(reason));
      });
    });
  }

  const send = (part, worker) =>
    readPart(part).then(
      (text) => worker.postMessage({ part, text }),
      ({ message }) => worker.postMessage({ part, reason: message }),
    );

  globalThis.semblanceFiles = { import: importPath, module: moduleAt, startWorker };
};
