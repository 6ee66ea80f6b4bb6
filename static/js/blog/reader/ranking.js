// One ranking of posts, by words and by meaning, over the files of a reader's index. It touches no page.

import { fuse } from "../engine/fuse.js";
import { readCatalogue } from "./catalogue.js";
import { Keywords } from "./keywords.js";
import { Passages } from "./passages.js";
import { QueryEncoder } from "./query-encoder.js";

const RANKED = 30; // posts of each ranking that are merged
const LEAST = 0.2; // the lowest cosine that counts

export class Ranking {
  #catalogue;
  #keywords;
  #encoder;
  #passages;

  /** Open the index whose files these are. Throws what is wrong with its catalogue. */
  static async open(files) {
    return new Ranking(files, await files.required("catalogue", "c", readCatalogue));
  }

  constructor(files, catalogue) {
    this.#catalogue = catalogue;
    this.#keywords = new Keywords(files, catalogue);
    this.#encoder = new QueryEncoder(files, catalogue);
    this.#passages = new Passages(files, catalogue);
  }

  /**
   * Posts by the words of a query.
   *
   * @returns {Promise<{ranking: {post: number, row: number | null}[], known: boolean}>}
   */
  async byWords(query) {
    const { posts, known } = await this.#keywords.search(query);
    return { ranking: posts.slice(0, RANKED).map(({ post }) => ({ post, row: null })), known };
  }

  /** Posts by the meaning of a query: [{post, row}], best first. Words alone are ranked if it has none that is known. */
  async byMeaning(query) {
    const vector = await this.#encoder.encode(query);
    return vector ? this.#passages.nearest(vector, RANKED, LEAST) : [];
  }

  /** The number of a post's first passage. */
  firstPassage = (post) => this.#catalogue.firstOf[post];

  /** Posts by both. */
  merged = (words, meaning) => fuse(words, meaning);
}
