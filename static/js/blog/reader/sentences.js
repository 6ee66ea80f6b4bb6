// The sentence of a passage that is nearest to a query in meaning: py/semblance/blog/reader/excerpts.py keeps some bits of each.

const DIMS = 128; // numbers of a vector whose signs are kept

/** Where the sentence begins; 0 if it is the first, whatever stands before it. `signs`: those of each sentence's vector, in base64. */
export function fittingStart(vector, starts, signs) {
  const bytes = Uint8Array.from(atob(signs), (character) => character.charCodeAt());
  const width = bytes.length / starts.length;
  const products = starts.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < Math.min(DIMS, vector.length); j++) sum += (bytes[i * width + (j >> 3)] >> (j & 7)) & 1 ? vector[j] : -vector[j];
    return sum;
  });
  const nearest = products.indexOf(Math.max(...products));
  return nearest ? starts[nearest] : 0;
}
