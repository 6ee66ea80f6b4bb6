// The catalogue of a reader's index: what is in which file.

/** Read the catalogue from its fields. */
export function readCatalogue(fields) {
  const lengths = Float32Array.from(fields.bytes(), (byte) => 2 ** (byte / 8) - 1); // words of each post
  const passages = fields.numbers();
  const [common, own] = [fields.strings(), fields.strings()];
  const scores = fields.bytes(); // the first is that of the mark of a space; none of WordPiece
  const [others, words] = [fields.strings(), fields.strings()];
  const stopWords = new Set(fields.strings());
  const least = fields.number() / 100; // the cosine of a passage that is shown
  const commonRows = fields.vectors();
  const areas = fields.numbers(); // how many groups each has; none if groups are few
  const centres = fields.vectors(); // of areas, or else of groups
  const postOf = passages.flatMap((count, post) => Array(count).fill(post));
  const firstOf = startsOf(passages);
  return { lengths, common, own, scores, others, words, stopWords, least, commonRows, areas, centres, postOf, firstOf };
}

/** Where each part begins, if parts of these lengths lie one after another. */
export function startsOf(lengths) {
  let next = 0;
  return lengths.map((length) => (next += length) - length);
}

/** How many of the sorted strings are not after this one: the number of its file, if they are the first of all files but one. */
export function placeOf(string, sorted) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= string) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of a string among sorted ones; -1 if it is not there. */
export function exactPlaceOf(string, sorted) {
  const place = placeOf(string, sorted) - 1;
  return sorted[place] === string ? place : -1;
}
