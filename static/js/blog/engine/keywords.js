// Search by words, with MiniSearch, over the same passages as search by meaning.

import MiniSearch from "../../../vendor/minisearch/index.js";

const AT_ONCE = 50; // passages that are indexed before the page may breathe
const SHORTEST_PREFIX = 2; // letters
const FUZZY_FROM = 5; // letters; one in five may then be wrong
const WORDS = /[\p{L}\p{N}]+(?:['’][\p{L}]+)*/gu;
const WITHOUT_SPACES = new Set(["zh", "ja", "th", "lo", "km", "my"]);

const folded = (word) => word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");

/** What finds the words of a text of a language: [{word, start, end}], words folded. */
export function wordsIn(language) {
  const plain = (text) => Array.from(text.matchAll(WORDS), ({ 0: found, index }) => [found, index]);
  const segmented = (text) =>
    Array.from(segmenter.segment(text))
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment, index }) => [segment, index]);
  const segmenter = WITHOUT_SPACES.has(language.split("-")[0]) ? new Intl.Segmenter(language, { granularity: "word" }) : null;
  const cut = segmenter ? segmented : plain;
  return (text) => cut(text).map(([found, start]) => ({ word: folded(found), start, end: start + found.length }));
}

export class Keywords {
  #index;
  #rows;

  /** Index the passages of a posts-HASH.json, in pieces, so that the page stays alive. */
  static async of({ posts, passages }, words) {
    const index = new MiniSearch({
      fields: ["title", "heading", "tags", "text"],
      tokenize: (text) => words(text).map(({ word }) => word),
      processTerm: (term) => term, // `words` has folded it
      searchOptions: {
        boost: { title: 4, heading: 2, tags: 2 },
        prefix: (term, i, terms) => i === terms.length - 1 && term.length >= SHORTEST_PREFIX,
        fuzzy: (term) => (term.length >= FUZZY_FROM ? 0.2 : false),
      },
    });
    const documents = passages.map(([post, heading, , text], id) => {
      const { title, tags = [] } = posts[post];
      return { id, title, tags: tags.join(" "), heading, text };
    });
    await index.addAllAsync(documents, { chunkSize: AT_ONCE });
    return new Keywords(index, passages);
  }

  constructor(index, rows) {
    this.#index = index;
    this.#rows = rows;
  }

  /**
   * The best passage of each of the best posts. All words have to be in a passage, its heading, title or tags; only where no
   * post has them all, some do.
   *
   * @returns {{ranking: {post: number, row: number}[], whole: boolean}}
   */
  search(query, number) {
    const all = this.#ranked(query, number, "AND");
    return all.length ? { ranking: all, whole: true } : { ranking: this.#ranked(query, number, "OR"), whole: false };
  }

  #ranked(query, number, combineWith) {
    const best = new Map();
    for (const { id: row } of this.#index.search(query, { combineWith })) {
      const [post] = this.#rows[row];
      if (!best.has(post)) best.set(post, { post, row });
      if (best.size === number) break;
    }
    return [...best.values()];
  }
}
