// Reading an ONNX file (protocol buffers) as far as needed: what it says of itself, and its constants.

// Field numbers, from onnx.proto.
const MODEL = { graph: 7, metadata: 14 };
const ENTRY = { key: 1, value: 2 };
const GRAPH = { constant: 5 };
const TENSOR = { dims: 1, type: 2, name: 8, data: 9 };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const utf8 = new TextDecoder();

/** The number at the start of `bytes`, and how many bytes it takes; exact below 2^53. */
function varint(bytes, start) {
  let value = 0;
  let at = start;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte % 128) * factor;
    if (byte < 128) return [value, at];
  }
}

/** All fields of a message: [number, value]; values are numbers or views of bytes. */
function* fields(message) {
  for (let at = 0; at < message.length; ) {
    let tag, value;
    [tag, at] = varint(message, at);
    const kind = tag % 8;
    if (kind === VARINT) {
      [value, at] = varint(message, at);
    } else if (kind === BYTES) {
      let length;
      [length, at] = varint(message, at);
      value = message.subarray(at, (at += length));
    } else if (kind === FIXED64 || kind === FIXED32) {
      value = message.subarray(at, (at += kind === FIXED64 ? 8 : 4));
    } else {
      throw new Error("this is no ONNX file");
    }
    yield [(tag - kind) / 8, value];
  }
}

/** -> {name, dims, type, data}: `type` is ONNX's number of the element type, `data` a view of the file's bytes. */
function tensor(message) {
  const read = { name: "", dims: [], type: 0, data: new Uint8Array() };
  for (const [field, value] of fields(message)) {
    if (field === TENSOR.name) read.name = utf8.decode(value);
    else if (field === TENSOR.type) read.type = value;
    else if (field === TENSOR.data) read.data = value;
    else if (field === TENSOR.dims) read.dims.push(...(typeof value === "number" ? [value] : packed(value)));
  }
  return read;
}

function packed(bytes) {
  const values = [];
  for (let at = 0; at < bytes.length; ) {
    let value;
    [value, at] = varint(bytes, at);
    values.push(value);
  }
  return values;
}

/** What a model's file says of itself (its `metadata_props`): a Map. */
export function readMetadata(bytes) {
  const metadata = new Map();
  for (const [field, value] of fields(bytes)) {
    if (field !== MODEL.metadata) continue;
    const entry = Object.fromEntries(fields(value));
    metadata.set(utf8.decode(entry[ENTRY.key]), utf8.decode(entry[ENTRY.value]));
  }
  return metadata;
}

/** A model's constants by their names. */
export function readConstants(bytes) {
  const constants = new Map();
  for (const [field, value] of fields(bytes)) {
    if (field !== MODEL.graph) continue;
    for (const [part, message] of fields(value)) {
      if (part !== GRAPH.constant) continue;
      const read = tensor(message);
      constants.set(read.name, read);
    }
  }
  return constants;
}
