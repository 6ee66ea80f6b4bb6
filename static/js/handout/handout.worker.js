// Packs files as the double-click edition has them: see py/semblance_build/offline/packing.py. In a worker, since it takes seconds.

import { asset } from "../assets.js";
import { download } from "../download.js";
import { expose } from "../rpc.js";

const PART = 3 << 20; // bytes; a part ends with the piece that reaches this
const ESCAPE = 0x3d;
const SHIFT = 64;
const ESCAPED = new Uint8Array(256);
for (const character of '\0\n\r"\\<=') ESCAPED[character.charCodeAt(0)] = 1;

/** Bytes as they may stand in a page that is read as windows-1252. */
function encode(bytes) {
  const encoded = new Uint8Array(2 * bytes.length);
  let length = 0;
  for (const byte of bytes) {
    if (ESCAPED[byte]) encoded[length++] = ESCAPE;
    encoded[length++] = ESCAPED[byte] ? byte + SHIFT : byte;
  }
  return encoded.slice(0, length);
}

/** A file's group of parts: {path, group, bytes, parts, blob}. The file is one of the site, or the content is given. */
async function pack({ path, content }) {
  const file = content ?? new Blob([await download(asset(path))]);
  const group = path.replace(/[^A-Za-z0-9.-]+/g, "-");
  const pieces = [];
  let parts = 0;
  let size = PART;
  for await (const bytes of compressed(file)) {
    if (size >= PART) {
      if (parts) pieces.push("</script>\n");
      pieces.push(`<script type="text/plain" id="packed-${group}.${parts++}">`);
      size = 0;
    }
    pieces.push(encode(bytes));
    size += bytes.length;
  }
  pieces.push("</script>\n");
  return { result: { path, group, bytes: file.size, parts, blob: new Blob(pieces) } };
}

/** A file's compressed bytes, as they come. Not every browser iterates over streams. */
async function* compressed(file) {
  const reader = file.stream().pipeThrough(new CompressionStream("gzip")).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value;
}

expose({ pack });
