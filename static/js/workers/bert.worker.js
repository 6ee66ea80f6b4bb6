// One thread of the text model. bert-session.js gives it texts.

import { Bert } from "./bert.js";
import { readModel } from "./onnx-file.js";
import { expose } from "../rpc.js";

let bert;

expose({
  // The kernel comes as bytes, because Chromium passes no compiled code between workers of a page that was opened as a file.
  async create({ code, model, shape, rows }) {
    const kernel = await WebAssembly.compile(code);
    bert = await Bert.create(kernel, shape, readModel(model).constants, rows);
  },

  async encode({ words, lengths, withTokens }) {
    const result = bert.encode(words, lengths, withTokens);
    return { result, transfer: withTokens ? [result.vectors.buffer, result.tokens.buffer] : [result.vectors.buffer] };
  },
});
