// Reads the needed parts of an ONNX file (protocol buffers): its producer, its constants, and one attribute.

// Field numbers, from onnx.proto.
const MODEL = { producer: 2, graph: 7 };
const GRAPH = { node: 1, name: 2, constant: 5 };
const NODE = { operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, float: 2 };
const TENSOR = { dims: 1, type: 2, name: 8, data: 9 };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

const utf8 = new TextDecoder();

/** The number at `start`, and the position after it. Numbers are exact below 2^53. */
function varint(bytes, start) {
  let value = 0;
  let at = start;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++];
    value += (byte % 128) * factor;
    if (byte < 128) return [value, at];
  }
}

/** All fields of a message: [number, value]. A value is a number or a view of bytes. */
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

/** The value of a node's attribute that is a float; undefined if it has none of this name. */
function floatAttribute(node, name) {
  for (const [field, message] of fields(node)) {
    if (field !== NODE.attribute) continue;
    const attribute = Object.fromEntries(fields(message));
    const value = attribute[ATTRIBUTE.float];
    if (utf8.decode(attribute[ATTRIBUTE.name]) === name) return new DataView(value.slice().buffer).getFloat32(0, true);
  }
  return undefined;
}

/**
 * A model as {producer, name, constants, epsilon}: who made it, the name of its graph, its constants by their names, and the
 * epsilon of its layer norms.
 */
export function readModel(bytes) {
  const model = { producer: "", name: "", constants: new Map(), epsilon: undefined };
  for (const [field, value] of fields(bytes)) {
    if (field === MODEL.producer) model.producer = utf8.decode(value);
    else if (field === MODEL.graph) readGraph(value, model);
  }
  return model;
}

function readGraph(graph, model) {
  for (const [field, value] of fields(graph)) {
    if (field === GRAPH.name) {
      model.name = utf8.decode(value);
    } else if (field === GRAPH.constant) {
      const read = tensor(value);
      model.constants.set(read.name, read);
    } else if (field === GRAPH.node && model.epsilon === undefined) {
      const operator = Array.from(fields(value)).find(([part]) => part === NODE.operator)?.[1];
      if (operator && utf8.decode(operator) === "LayerNormalization") model.epsilon = floatAttribute(value, "epsilon");
    }
  }
}
