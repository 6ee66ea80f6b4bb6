// Search by words over the files that a query touches: BM25 with the settings of py/semblance/ranking/words/index.py.

import { isSingle, unaccented, wordsOf } from "../engine/words.js";
import { exactPlaceOf, placeOf, startsOf } from "./catalogue.js";
import { isNear } from "./typos.js";

const SATURATION = 1.2;
const LENGTH = 0.5;
const EXACT = 0.5; // what the word itself counts beside its forms, which count 1
const BEGINNING = 0.5; // what a longer word counts that begins so
const ALIKE = 0.5; // what a word counts that may have been meant
const SHORTEST_BEGINNING = 2; // letters
const SHORTEST_FORM = 4; // letters that forms of a word share
const ENDING = 3; // letters in which they may differ
const FILES_A_WORD = 3; // so many are read for words that begin alike

function readWords(fields) {
  const words = fields.strings();
  const stems = fields.numbers();
  const all = fields.bytes();
  const posts = words.map(() => fields.ascending());
  const starts = startsOf(posts.map(({ length }) => length));
  const counts = posts.map(({ length }, i) => all.subarray(starts[i], starts[i] + length));
  return { words, stems, posts, counts };
}

export class Keywords {
  #files;
  #catalogue;
  #weights; // of BM25: what a post's length makes of its counts

  constructor(files, catalogue) {
    this.#files = files;
    this.#catalogue = catalogue;
    const { lengths } = catalogue;
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length || 1;
    this.#weights = lengths.map((length) => SATURATION * (1 - LENGTH + (LENGTH * length) / mean));
  }

  /**
   * Posts with words of a query, best first.
   *
   * @param {string} query  its last word may not be typed to its end
   * @returns {Promise<{posts: {post: number, score: number}[], words: Set<string>, known: boolean}>}  words: those that were looked
   *   for, their forms, and what may have been meant; known: whether the last word stands somewhere as it was typed, or is a stop word
   */
  async search(query) {
    const typed = wordsOf(query).map(unaccented);
    const last = typed.at(-1);
    const words = this.#withoutStopWords([...new Set(typed)]);
    const matches = await Promise.all(words.map((word) => this.#match(word, word === last)));
    const scores = new Map();
    for (const { counts, factor } of matches.flatMap(({ parts }) => parts)) this.#add(scores, counts, factor);
    const posts = Array.from(scores, ([post, score]) => ({ post, score }));
    posts.sort((a, b) => b.score - a.score || a.post - b.post);
    const isLastTyped = ({ word, known }) => known && word === last;
    const looked = new Set(matches.flatMap(({ word, others }) => [word, ...others]));
    return { posts, words: looked, known: this.#catalogue.stopWords.has(last) || matches.some(isLastTyped) };
  }

  /** Whether a word of a query stands somewhere as it was typed. */
  async have(query) {
    const words = this.#withoutStopWords(wordsOf(query).map(unaccented));
    const files = await Promise.all(words.map((word) => this.#filesFor(word, false)));
    return words.some((word, i) => files[i].some((file) => exactPlaceOf(word, file.words) >= 0));
  }

  /** The words that say what a query is about; all of them if it has no other. The files of stop words are the largest. */
  #withoutStopWords(words) {
    const telling = words.filter((word) => !this.#catalogue.stopWords.has(word));
    return telling.length ? telling : words;
  }

  #add(scores, counts, factor) {
    const all = this.#weights.length;
    const rarity = Math.log(1 + (all - counts.size + 0.5) / (counts.size + 0.5));
    for (const [post, count] of counts) {
      const part = (factor * rarity * (SATURATION + 1) * count) / (count + this.#weights[post]);
      scores.set(post, (scores.get(post) ?? 0) + part);
    }
  }

  /** The posts that a word is found in: as it stands, its forms, longer words, or else words that may have been meant. */
  async #match(word, isLast) {
    const files = await this.#filesFor(word, isLast || isSingle(word));
    const places = files.flatMap((file) => file.words.map((other, i) => ({ file, i, other })));
    const itself = places.find(({ other }) => other === word);
    const forms = itself ? places.filter(({ file, i }) => file === itself.file && file.stems[i] === file.stems[itself.i]) : [];
    const begun = word.length >= SHORTEST_BEGINNING || isSingle(word) ? places.filter(({ other }) => other.startsWith(word)) : [];
    const longer = begun.filter((place) => !forms.includes(place));
    const parts = [];
    if (itself) parts.push({ counts: together(forms), factor: 1 }, { counts: together([itself]), factor: EXACT });
    if (longer.length && (isLast || !itself)) parts.push({ counts: together(longer), factor: BEGINNING });
    const meant = parts.length ? [] : await this.#meant(word, places);
    if (meant.length) parts.push({ counts: together(meant), factor: ALIKE });
    const others = [...forms, ...meant].map(({ file, i }) => file.words[i]);
    return { word, parts, others, known: Boolean(itself) };
  }

  async #filesFor(word, beginnings) {
    const { words } = this.#catalogue;
    const first = placeOf(word, words);
    const last = beginnings ? placeOf(`${word}\uffff`, words) : first;
    return this.#read(first, Math.min(last, first + FILES_A_WORD - 1));
  }

  async #read(first, last) {
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const files = await Promise.all(numbers.map((number) => this.#files.optional(`words/${number}`, "w", readWords)));
    return files.filter(Boolean);
  }

  /** Words that an unknown word may stand for: other forms of it, or it without a slip of the pen. */
  async #meant(word, places) {
    const forms = places.filter(({ other }) => sharesBeginning(word, other));
    if (forms.length) return forms;
    const near = places.filter(({ other }) => isNear(word, other));
    if (near.length) return near;
    // Slips in the first letters lead to another file: the site's tokens are its common words.
    const { common, own } = this.#catalogue;
    const tokens = [...common, ...own].filter((token) => isNear(word, token)).slice(0, FILES_A_WORD);
    const found = await Promise.all(
      tokens.map(async (token) => {
        const [file] = await this.#filesFor(token, false);
        const i = file ? exactPlaceOf(token, file.words) : -1;
        return i < 0 ? [] : [{ file, i }];
      }),
    );
    return found.flat();
  }
}

function sharesBeginning(word, other) {
  const least = Math.max(SHORTEST_FORM, Math.max(word.length, other.length) - ENDING);
  return word.length >= least && other.startsWith(word.slice(0, least));
}

/** How often words stand in each post, summed up. */
function together(places) {
  const sums = new Map();
  for (const { file, i } of places) {
    file.posts[i].forEach((post, j) => sums.set(post, (sums.get(post) ?? 0) + file.counts[i][j]));
  }
  return sums;
}
