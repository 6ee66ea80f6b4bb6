// The double-click edition: on file:// neither modules, fetch nor workers reach files, only classic scripts and blobs do.
// So the build packs the site's files into scripts (py/semblance/build/offline.py), and this serves them from there, as if the
// site were on the web: libraries treat file:// in ways of their own. It runs on the page and in each worker; `readPart` is
// the difference.
//
//   page     address of the page's folder: what is relative to the page is relative to this
//   groups   name -> {parts}             one gzip stream, cut into that many parts
//   files    path -> {group, at, bytes}  where a file lies in the stream of its group, unpacked

globalThis.serveFiles = ({ page, groups, files }, readPart) => {
  const root = "https://semblance.invalid/"; // a name that is reserved to be nobody's
  const networkFetch = globalThis.fetch.bind(globalThis);
  const unpacked = new Map(); // group of several files -> promise of all its bytes
  const modules = new Map(); // path -> promise of a blob's address

  const TYPES = { css: "text/css", html: "text/html", js: "text/javascript", json: "application/json", mjs: "text/javascript", svg: "image/svg+xml", wasm: "application/wasm" };
  const typeOf = (path) => TYPES[path.split(".").pop()] ?? "application/octet-stream";

  // Each byte is the character that windows-1252 has for it, but some that have a meaning to parsers stand as "=" and
  // another: a quarter smaller than base64.
  const ESCAPE = 0x3d;
  const SHIFT = 0x40;
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

  /** What a group holds, piece by piece: no part is read before it is needed, none is kept. */
  function stream(group) {
    let next = 0;
    const packed = new ReadableStream({
      async pull(controller) {
        if (next === groups[group].parts) controller.close();
        else controller.enqueue(decode(await readPart(`${group}.${next++}`)));
      },
    }, { highWaterMark: 0 });
    return packed.pipeThrough(new DecompressionStream("gzip"));
  }

  function unpack(group) {
    if (!unpacked.has(group)) {
      const bytes = new Response(stream(group)).arrayBuffer();
      bytes.catch(() => unpacked.delete(group));
      unpacked.set(group, bytes);
    }
    return unpacked.get(group);
  }

  /** A file as a response, or undefined if there is none. */
  async function open(path) {
    if (!Object.hasOwn(files, path)) return undefined;
    const { group, at, bytes } = files[path];
    const alone = at === undefined;
    const body = alone ? stream(group) : (await unpack(group)).slice(at, at + bytes);
    return new Response(body, { headers: { "Content-Type": typeOf(path), "Content-Length": bytes } });
  }

  /** The path of an address of the site; undefined for all others. */
  function pathOf(address) {
    const { href } = new URL(address, page);
    const base = [root, page].find((each) => href.startsWith(each));
    return base && decodeURIComponent(href.slice(base.length).split(/[?#]/)[0]);
  }

  async function moduleBlob(path) {
    const response = await open(path);
    if (!response) throw new TypeError(`there is no module ${path}`);
    const source = await response.text();
    const addresses = new Map();
    for (const [, imported] of source.matchAll(/(?<=["'])semblance:([^"']+)/g)) addresses.set(imported, moduleAddress(imported));
    for (const [imported, address] of addresses) addresses.set(imported, await address);
    const linked = source.replace(/(?<=["'])semblance:([^"']+)/g, (_, imported) => addresses.get(imported));
    return URL.createObjectURL(new Blob([linked], { type: "text/javascript" }));
  }

  /** Address of a blob that holds a module, its imports replaced by such addresses. One module has one. */
  function moduleAddress(path) {
    if (!modules.has(path)) modules.set(path, moduleBlob(path));
    return modules.get(path);
  }

  globalThis.fetch = async (resource, options) => {
    const path = pathOf(resource.url ?? resource);
    if (path === undefined) return networkFetch(resource, options);
    return (await open(path)) ?? new Response(null, { status: 404, statusText: "Not Found" });
  };

  const importPath = async (path) => import(await moduleAddress(path));

  globalThis.semblanceFiles = {
    pathOf,
    import: importPath,

    /** What the build gives each module in place of its own `import.meta` and `import()`. */
    module: (path) => ({
      meta: { url: root + path },
      async import(specifier) {
        const imported = pathOf(new URL(specifier, root + path));
        return imported === undefined ? import(specifier) : importPath(imported);
      },
    }),
  };
};
