// How a query is cut into the site's tokens, as the model's tokenizer cuts text: py/semblance/blog/reader/cutting.py.

import { isDense } from "../engine/words.js";
import { exactPlaceOf } from "./catalogue.js";

const WORD = /[\p{L}\p{N}]+/gu;
const ALONE = /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2fa1f}]|[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2fa1f}]+/gu;
const MARKED_WORD = /[\p{L}\p{M}\p{N}]+/gu;
const SPACE = "\u2581"; // begins a word
const SCORE_STEPS = 12;
const UNKNOWN = -32; // the score of a character that is no token
const LONGEST = 16; // units of a token
const LETTERS_A_TOKEN = 3; // so many say what a word means

/** The cutting of a site's tokens: those of a Unigram model have scores. */
export const cuttingOf = ({ common, own, scores }) => (scores.length ? new Unigram(common, own, scores) : new WordPiece(common, own));

/**
 * BERT's WordPiece (Schuster and Nakajima 2012). A word is a token of the site, or else one that the site never uses, or else
 * the longest tokens that it begins with, again and again.
 */
export class WordPiece {
  #common;
  #own;

  constructor(common, own) {
    this.#common = common;
    this.#own = own;
  }

  isToken(piece) {
    return exactPlaceOf(piece, this.#common) >= 0 || exactPlaceOf(piece, this.#own) >= 0;
  }

  /** The words of a text, without marks: small letters, no accents, each Han character alone. */
  words(text) {
    const plain = text.toLowerCase().normalize("NFD").replace(/\p{Mn}/gu, "");
    return (plain.match(WORD) ?? []).flatMap((word) => word.match(ALONE));
  }

  /** What must be looked up among the words that the site never uses, before a word is cut. */
  lookups = (word) => (this.isToken(word) ? [] : [word]);

  /** The tokens of a word; none if it can't be cut. `others`: a Map of words that the site never uses, as they were looked up. */
  cut(word, others) {
    if (this.isToken(word) || others.has(word)) return [word];
    const pieces = [];
    let rest = word;
    while (rest) {
      const mark = pieces.length ? "##" : "";
      let length = rest.length;
      while (length && !this.isToken(mark + rest.slice(0, length))) length--;
      if (!length) return [];
      pieces.push(mark + rest.slice(0, length));
      rest = rest.slice(length);
    }
    return pieces;
  }

  /** Whether the tokens of a word say what it means, rather than how it is spelt. */
  isKnown = (word, pieces) => pieces.length === 1;
}

/** SentencePiece's Unigram (Kudo 2018): of all ways to cut a word, the one whose tokens have the greatest sum of scores. */
export class Unigram {
  #scores; // by tokens

  constructor(common, own, scores) {
    const known = scoresFrom(scores);
    this.#scores = new Map([SPACE, ...common, ...own].map((piece, i) => [piece, known[i]]));
  }

  isToken(piece) {
    return piece !== SPACE && this.#scores.has(piece);
  }

  /** Letters, marks on them and digits, small. SPACE begins each word. */
  words(text) {
    return (text.normalize("NFKC").toLowerCase().match(MARKED_WORD) ?? []).map((word) => SPACE + word);
  }

  /** The word; and, of a script without spaces, what begins where the site's tokens are single characters. */
  lookups(word) {
    const pieces = this.#best(word, new Map());
    const strings = isDense(word.slice(1)) || pieces.length === 1 ? [] : [word];
    let at = 0;
    for (const piece of pieces) {
      const rest = Array.from(word.slice(at, at + LONGEST));
      if (isDense(piece) && Array.from(piece).length === 1) strings.push(...rest.map((_, i) => rest.slice(0, i + 1).join("")));
      at += piece.length;
    }
    return strings;
  }

  cut(word, others) {
    return this.#best(word, others).filter((piece) => this.isToken(piece) || others.has(piece));
  }

  isKnown(word, pieces) {
    return pieces.length === 1 || pieces.some(isDense) || word.normalize("NFD").length > LETTERS_A_TOKEN * pieces.length;
  }

  /** The best way to cut a word (Viterbi 1967). A character that is no token stands there as it is. */
  #best(word, others) {
    const best = [{ score: 0, from: 0 }]; // the last step of the best way up to each place
    for (let from = 0; from < word.length; from++) {
      if (!best[from]) continue; // it is inside of a character
      const next = from + String.fromCodePoint(word.codePointAt(from)).length;
      for (let end = next; end <= Math.min(word.length, from + LONGEST); end++) {
        const piece = word.slice(from, end);
        const score = best[from].score + (this.#scores.get(piece) ?? others.get(piece)?.score ?? (end === next ? UNKNOWN : -Infinity));
        if (score > (best[end]?.score ?? -Infinity)) best[end] = { score, from };
      }
    }
    const pieces = [];
    for (let end = word.length; end > 0; end = best[end].from) pieces.unshift(word.slice(best[end].from, end));
    return pieces;
  }
}

/** The scores that bytes stand for. */
export const scoresFrom = (bytes) => Array.from(bytes, (byte) => -byte / SCORE_STEPS);
