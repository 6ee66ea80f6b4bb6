// A query's vector: the sum of the rows of its tokens, which the site has taught (py/semblance/blog/reader/query_encoder.py).

import { exactPlaceOf, placeOf } from "./catalogue.js";

const WORD = /[\p{L}\p{N}]+/gu;
const ALONE = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2fa1f}]|[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2fa1f}]+/gu;

/** The words that BERT's rule cuts a text into, without marks: small letters, no accents, each Han character alone. */
export function bertWords(text) {
  const plain = text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");
  return (plain.match(WORD) ?? []).flatMap((word) => word.match(ALONE));
}

export class QueryEncoder {
  #files;
  #catalogue;

  constructor(files, catalogue) {
    this.#files = files;
    this.#catalogue = catalogue;
    this.warm();
  }

  /** Load the tokens that hardly any query goes without. */
  warm() {
    return this.#common();
  }

  /** Whether the site uses a word. */
  knows(word) {
    return this.#isToken(word);
  }

  /**
   * The unit vector of a text; null if no word of it is known whole.
   *
   * @returns {Promise<Float32Array | null>}
   */
  async encode(text) {
    const words = await Promise.all(bertWords(text).map((word) => this.#rowsOf(word)));
    if (!words.some(({ whole }) => whole)) return null;
    const sum = new Float32Array(this.#catalogue.dims);
    for (const row of words.flatMap(({ rows }) => rows)) {
      for (let i = 0; i < sum.length; i++) sum[i] += row[i];
    }
    const length = Math.hypot(...sum);
    return length ? sum.map((number) => number / length) : null;
  }

  /** The rows of a word's tokens, and whether the word is one token. */
  async #rowsOf(word) {
    if (this.#isToken(word)) return this.#loaded([word], true);
    const other = await this.#otherRow(word);
    if (other) return { rows: [other], whole: true };
    return this.#loaded(this.#pieces(word), false);
  }

  async #loaded(tokens, whole) {
    const rows = (await Promise.all(tokens.map((token) => this.#row(token)))).filter(Boolean);
    return { rows, whole: whole && rows.length > 0 };
  }

  #isToken(token) {
    const { common, own } = this.#catalogue;
    return exactPlaceOf(token, common) >= 0 || exactPlaceOf(token, own) >= 0;
  }

  /** WordPiece (Schuster and Nakajima 2012): the longest token that the rest begins with, again and again; none if that fails. */
  #pieces(word) {
    const pieces = [];
    let rest = word;
    while (rest) {
      const mark = pieces.length ? "##" : "";
      let length = rest.length;
      while (length && !this.#isToken(mark + rest.slice(0, length))) length--;
      if (!length) return [];
      pieces.push(mark + rest.slice(0, length));
      rest = rest.slice(length);
    }
    return pieces;
  }

  #common() {
    const { common, dims } = this.#catalogue;
    return this.#files.optional("rows/common", "r", (fields) => fields.rows(common.length, dims));
  }

  async #row(token) {
    const { common, own, rowsAFile, dims } = this.#catalogue;
    const place = exactPlaceOf(token, common);
    if (place >= 0) return (await this.#common())?.[place];
    const ownPlace = exactPlaceOf(token, own);
    const file = Math.floor(ownPlace / rowsAFile);
    const count = Math.min(rowsAFile, own.length - file * rowsAFile);
    const rows = await this.#files.optional(`rows/${file}`, "r", (fields) => fields.rows(count, dims));
    return rows?.[ownPlace % rowsAFile];
  }

  /** The row of a word that the site never uses. */
  async #otherRow(word) {
    const { others, dims } = this.#catalogue;
    const file = placeOf(word, others);
    if (file < 0) return null;
    const content = await this.#files.optional(`others/${file}`, "o", (fields) => {
      const words = fields.strings();
      return { words, rows: fields.rows(words.length, dims) };
    });
    return content?.rows[exactPlaceOf(word, content.words)];
  }
}
