// Search by words with MiniSearch, over the same passages as search by meaning.

import MiniSearch from "../../../vendor/minisearch/index.js";

const AT_ONCE = 25; // passages that are indexed before the page gets a turn
const SHORTEST_PREFIX = 2; // letters
const FUZZY_FROM = 5; // letters; in words of this length and more, one letter in five may be wrong
const TELLING = 4; // letters
const WORDS = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;
const WITHOUT_SPACES = new Set(["zh", "ja", "th", "lo", "km", "my"]);

const folded = (word) => word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

/** A function that finds the words of a text in a language: [{word, start, end}], with folded words. */
export function wordsIn(language) {
  const plain = (text) => Array.from(text.matchAll(WORDS), ({ 0: word, index }) => [word, index]);
  const segmented = (text) =>
    Array.from(segmenter.segment(text))
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment, index }) => [segment, index]);
  const segmenter = WITHOUT_SPACES.has(language.split("-")[0]) ? new Intl.Segmenter(language, { granularity: "word" }) : null;
  const cut = segmenter ? segmented : plain;
  return (text) => cut(text).map(([word, start]) => ({ word: folded(word), start, end: start + word.length }));
}

/** The telling words of a query. Short words, mostly “the” and “for”, count only if there are no others. */
export function telling(words) {
  const long = words.filter(({ word }) => word.length >= TELLING);
  return long.length ? long : words;
}

const LOOSE = {
  prefix: (term, i, terms) => i === terms.length - 1 && term.length >= SHORTEST_PREFIX,
  fuzzy: (term) => (term.length >= FUZZY_FROM ? 0.2 : false),
};

export class Keywords {
  #index;
  #passages;
  #words;

  /** Index the passages of a posts-HASH.json. It works in pieces, so that the page stays responsive. */
  static async build({ posts, passages }, words) {
    const index = new MiniSearch({
      fields: ["title", "heading", "tags", "text"],
      tokenize: (text) => words(text).map(({ word }) => word),
      processTerm: (term) => term, // `words` has folded it
      searchOptions: { boost: { title: 4, heading: 2, tags: 2 } },
    });
    const documents = passages.map(([post, heading, , text], id) => {
      const { title, tags = [] } = posts[post];
      return { id, title, tags: tags.join(" "), heading, text };
    });
    await index.addAllAsync(documents, { chunkSize: AT_ONCE });
    return new Keywords(index, passages, words);
  }

  constructor(index, passages, words) {
    this.#index = index;
    this.#passages = passages;
    this.#words = words;
  }

  /**
   * The best passage of each of the best posts. Passages that contain all words come first; a passage's heading and its post's
   * title and tags count too. Passages with similar words, or longer words that begin so, follow. If there are none of these,
   * passages with some of the words are taken.
   *
   * @returns {{ranking: {post: number, row: number}[], exact: boolean, partial: boolean}}  exact: whether a passage has all the words;
   *   partial: whether no passage has all the words or words like them
   */
  search(query, number) {
    const exact = this.#index.search(query, { combineWith: "AND" });
    const loose = this.#index.search(query, { combineWith: "AND", ...LOOSE });
    const hits = loose.length ? [...exact, ...loose] : this.#someWords(query);
    return { ranking: this.#firstOfPosts(hits, number), exact: exact.length > 0, partial: !loose.length };
  }

  #someWords(query) {
    const words = telling(this.#words(query)).map(({ word }) => word);
    return this.#index.search(words.join(" "), { combineWith: "OR", ...LOOSE });
  }

  #firstOfPosts(hits, number) {
    const first = new Map();
    for (const { id: row } of hits) {
      const [post] = this.#passages[row];
      if (!first.has(post)) first.set(post, { post, row });
      if (first.size === number) break;
    }
    return [...first.values()];
  }
}
