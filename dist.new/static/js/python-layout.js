// Lays out what Python starts with: its files and numpy's libraries. The build runs this too, in Node, when it makes the
// memory snapshot. Function pointers in a snapshot are valid only if memory and function table are laid out the same way.

const BLOCK = 512; // bytes; a tar consists of blocks of this size

const text = (bytes) => new TextDecoder().decode(bytes).replace(/\0.*$/s, "");

/** {name: bytes} of the plain files in a tar (ustar). */
export function readTar(tar) {
  const files = {};
  for (let at = 0; tar[at]; ) {
    const field = (start, length) => text(tar.subarray(at + start, at + start + length));
    const size = parseInt(field(124, 12), 8);
    const prefix = field(345, 155);
    files[prefix ? `${prefix}/${field(0, 100)}` : field(0, 100)] = tar.subarray(at + BLOCK, at + BLOCK + size);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}

/** Write files into Python's site-packages before Python starts. */
export function place({ FS, API }, files) {
  const folders = new Set();
  for (const [name, bytes] of Object.entries(files)) {
    const path = `${API.sitePackages}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (!folders.has(folder)) FS.mkdirTree(folder);
    folders.add(folder);
    FS.writeFile(path, bytes, { canOwn: true });
  }
}

const ALIGNMENT = 256; // table entries; Pyodide's own entries differ by a few between engines

/**
 * Link compiled shared libraries before Python starts, so that their places depend only on their order. Python then finds
 * them linked when it imports them.
 *
 * @param {Record<string, WebAssembly.Module>} libraries  by their paths in site-packages
 */
export async function link(Module, libraries) {
  const { wasmTable } = Module;
  wasmTable.grow(ALIGNMENT - (wasmTable.length % ALIGNMENT));
  for (const [name, library] of Object.entries(libraries)) {
    const path = `${Module.API.sitePackages}/${name}`;
    const exports = await Module.loadWebAssemblyModule(library, { loadAsync: true, nodelete: true }, path, {});
    Module.LDSO.loadedLibsByName[path] = { refcount: Infinity, name: path, exports, global: false };
  }
}

/**
 * Make a snapshot fit the browser's engine, and make room for it. Python calls C functions through a helper that only some
 * engines support; where they do, the helper is in the function table.
 */
export function adapt(Module, snapshot) {
  const { HEAP32, __PyRuntime, __PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET } = Module;
  const helper = (__PyRuntime + HEAP32[__PyEM_EMSCRIPTEN_TRAMPOLINE_OFFSET >> 2]) >> 2;
  const [, start] = new Uint32Array(snapshot.buffer, 0, 2);
  new Int32Array(snapshot.buffer, start)[helper] = HEAP32[helper];
  if (snapshot.length > Module.HEAP8.length) Module.growMemory(snapshot.length);
}

/** A hook for Emscripten that does asynchronous work before Python starts. `failed` is called with an error. */
export const beforeStart = (work, failed) => (Module) => {
  Module.addRunDependency("site");
  work(Module).then(() => Module.removeRunDependency("site"), failed);
};
