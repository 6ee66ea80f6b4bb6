// One thread of the text model; bert-session.js deals out the texts.

import { Bert } from "./bert.js";
import { readModel } from "./onnx-file.js";
import { expose } from "./rpc.js";

let bert;

expose({
  async create({ kernel, model, shape, rows }) {
    bert = await Bert.create(kernel, shape, readModel(model).constants, rows);
  },

  async encode({ ids, lengths, withTokens }) {
    const result = bert.encode(ids, lengths, withTokens);
    return { result, transfer: withTokens ? [result.vectors.buffer, result.tokens.buffer] : [result.vectors.buffer] };
  },
});
