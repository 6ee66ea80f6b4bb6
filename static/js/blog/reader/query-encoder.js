// A query's vector: the sum of the rows of its tokens, which the site has taught (py/semblance/blog/reader/query_encoder.py).

import { exactPlaceOf, placeOf } from "./catalogue.js";
import { cuttingOf, scoresFrom } from "./tokens.js";

const ROWS_A_FILE = 8;

export class QueryEncoder {
  #files;
  #catalogue;
  #cutting;

  constructor(files, catalogue) {
    this.#files = files;
    this.#catalogue = catalogue;
    this.#cutting = cuttingOf(catalogue);
  }

  /** Begin to load what a text needs. A last word that is no token of the site may not be typed to its end, and waits. */
  begin(text) {
    const words = this.#cutting.words(text);
    for (const word of words) if (word !== words.at(-1) || !this.#cutting.lookups(word).length) this.#rowsOf(word);
  }

  /**
   * The unit vector of a text; null without a row.
   *
   * @returns {Promise<{vector: Float32Array | null, isKnown: boolean}>}  isKnown: whether the tokens of a word tell what it means
   */
  async encode(text) {
    const words = await Promise.all(this.#cutting.words(text).map((word) => this.#rowsOf(word)));
    const isKnown = words.some((word) => word.isKnown);
    const sum = new Float32Array(this.#catalogue.centres[0].length);
    for (const row of words.flatMap(({ rows }) => rows)) {
      for (let i = 0; i < sum.length; i++) sum[i] += row[i];
    }
    const length = Math.hypot(...sum);
    return { vector: length ? sum.map((number) => number / length) : null, isKnown };
  }

  async #rowsOf(word) {
    const others = await this.#others(this.#cutting.lookups(word));
    const pieces = this.#cutting.cut(word, others);
    const rows = (await Promise.all(pieces.map((piece) => others.get(piece)?.row ?? this.#row(piece)))).filter(Boolean);
    return { rows, isKnown: rows.length > 0 && this.#cutting.isKnown(word, pieces) };
  }

  async #row(token) {
    const { common, commonRows, own } = this.#catalogue;
    const place = exactPlaceOf(token, common);
    if (place >= 0) return commonRows[place];
    const ownPlace = exactPlaceOf(token, own);
    const file = Math.floor(ownPlace / ROWS_A_FILE);
    const rows = await this.#files.optional(`rows/${file}`, "r", (fields) => fields.vectors());
    return rows?.[ownPlace % ROWS_A_FILE];
  }

  /** The words that the site never uses, in the files that would hold these strings: word -> {row, score}. */
  async #others(strings) {
    const { others } = this.#catalogue;
    const read = (fields) => {
      const words = fields.strings();
      const rows = fields.vectors();
      const scores = scoresFrom(fields.bytes());
      return words.map((word, i) => [word, { row: rows[i], score: scores[i] }]);
    };
    const numbers = [...new Set(strings.map((string) => placeOf(string, others)))];
    const files = await Promise.all(numbers.map((number) => this.#files.optional(`others/${number}`, "o", read)));
    return new Map(files.filter(Boolean).flat());
  }
}
