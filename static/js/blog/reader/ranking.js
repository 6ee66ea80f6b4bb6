// One ranking of posts, by words and by meaning, over the files of a reader's index. It touches no page.

import { readCatalogue } from "./catalogue.js";
import { Keywords } from "./keywords.js";
import { Passages } from "./passages.js";
import { QueryEncoder } from "./query-encoder.js";

const RANKED = 100; // posts of each ranking that are merged
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
   * Posts by the words of a query, best first.
   *
   * @returns {Promise<{posts: {post: number, row: null, score: number}[], known: boolean}>}  known: whether its last word is typed
   *   to its end
   */
  async byWords(query) {
    const { posts, known } = await this.#keywords.search(query);
    return { posts: posts.slice(0, RANKED).map((entry) => ({ ...entry, row: null })), known };
  }

  /** Posts by the meaning of a query, best first: {post, row, score}, the row being the nearest passage. */
  async byMeaning(query) {
    const vector = await this.#encoder.encode(query);
    return vector ? this.#passages.nearest(vector, RANKED, LEAST) : [];
  }

  /** Posts by both, best first: the sum of standard scores; what one ranking lacks counts as its last. */
  async byBoth(query, words) {
    const meaning = await this.byMeaning(query);
    const merged = new Map();
    for (const ranking of [meaning, words.posts]) {
      for (const { post, row } of ranking) merged.set(post, { post, row: merged.get(post)?.row ?? row, score: 0 });
    }
    for (const scores of [meaning, words.posts].map(standardScores)) {
      for (const entry of merged.values()) entry.score += scores.get(entry.post) ?? scores.least;
    }
    return [...merged.values()].sort((a, b) => b.score - a.score || a.post - b.post);
  }

  /** The number of a post's first passage. */
  firstPassage(post) {
    return this.#catalogue.firstOf[post];
  }
}

/** How many standard deviations each post's score is above the mean, and the least of these; 0 if all are equal. */
function standardScores(ranking) {
  const mean = ranking.reduce((sum, { score }) => sum + score, 0) / ranking.length;
  const deviation = Math.sqrt(ranking.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / ranking.length) || 1;
  const scores = new Map(ranking.map(({ post, score }) => [post, (score - mean) / deviation]));
  scores.least = Math.min(0, ...scores.values());
  return scores;
}
