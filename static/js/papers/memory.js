// A limit for the memory of this worker's WebAssembly. A program that asks for more is told that there is none, as on any
// machine whose memory is full: Python then raises MemoryError.

const PAGE = 65_536; // bytes
const grow = WebAssembly.Memory.prototype.grow;

let limit = Infinity;

WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * PAGE > limit) throw new RangeError();
  return grow.call(this, pages);
};

/** From now on, let no memory have more bytes. */
export const limitMemory = (bytes) => (limit = bytes);
