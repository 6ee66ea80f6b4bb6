// Search by words with MiniSearch, over the same passages as search by meaning.

import MiniSearch from "../../../vendor/minisearch/index.js";
import { isSingle, lastOfRuns, telling, unaccented, wordsOf } from "./words.js";

const AT_ONCE = 25; // passages that are indexed before the page gets a turn
const SHORTEST_LAST = 2; // letters; the last word of a query may not be typed to its end
const SHORTEST_PREFIX = 3; // letters; the others may be the beginning of a compound
const FUZZY_FROM = 5; // letters; in words of this length and more, one letter in five may be wrong

const LOOSE = {
  prefix: (term, i, terms) => term.length >= (i === terms.length - 1 ? SHORTEST_LAST : SHORTEST_PREFIX) || isSingle(term),
  fuzzy: (term) => (term.length >= FUZZY_FROM ? 0.2 : false),
};

export class Keywords {
  #index;
  #passages;

  /** Index the passages of a posts-HASH.json. It works in pieces, so that the page stays responsive. */
  static async build({ posts, passages }) {
    const index = new MiniSearch({
      fields: ["title", "heading", "tags", "text"],
      tokenize: (text) => [...wordsOf(text), ...lastOfRuns(text)], // so that a single character is found wherever it stands
      processTerm: unaccented,
      searchOptions: { tokenize: wordsOf, boost: { title: 4, heading: 2, tags: 2 } },
    });
    const documents = passages.map(([post, heading, , text], id) => {
      const { title, tags = [] } = posts[post];
      return { id, title, tags: tags.join(" "), heading, text };
    });
    await index.addAllAsync(documents, { chunkSize: AT_ONCE });
    return new Keywords(index, passages);
  }

  constructor(index, passages) {
    this.#index = index;
    this.#passages = passages;
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
    return this.#index.search(query, { combineWith: "OR", tokenize: (text) => telling(wordsOf(text)), ...LOOSE });
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
