// The catalogue of a reader's index: what is in which file.

/** Read the catalogue from its fields. */
export function readCatalogue(fields) {
  const dims = fields.number();
  const posts = fields.number();
  const lengths = Float32Array.from(fields.take(posts), (byte) => 2 ** (byte / 8) - 1); // words of each post
  const passages = fields.numbers(posts);
  const rowsAFile = fields.number();
  const isUnigram = fields.number() === 1;
  const [common, own] = [fields.strings(), fields.strings()];
  const scores = isUnigram ? fields.take(1 + common.length + own.length) : null; // in bytes; the first is that of the mark of a space
  const [others, words] = [fields.strings(), fields.strings()];
  const stopWords = new Set(fields.strings());
  const least = fields.number() / 100; // the cosine of a passage that is shown
  const centres = fields.rows(fields.number(), dims);
  const postOf = passages.flatMap((count, post) => Array(count).fill(post));
  const firstOf = startsOf(passages);
  return { dims, lengths, rowsAFile, common, own, scores, others, words, stopWords, least, centres, postOf, firstOf };
}

/** Where each part begins, if parts of these lengths lie one after another. */
function startsOf(lengths) {
  let next = 0;
  return lengths.map((length) => (next += length) - length);
}

/** The place of the last of the sorted strings that is not after this one; -1 if there is none. */
export function placeOf(string, sorted) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= string) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The place of a string among sorted ones; -1 if it is not there. */
export function exactPlaceOf(string, sorted) {
  const place = placeOf(string, sorted);
  return sorted[place] === string ? place : -1;
}
