// One ranking of posts, by words and by meaning, over the files of a reader's index. It touches no page.

import { readCatalogue } from "./catalogue.js";
import { Keywords } from "./keywords.js";
import { Passages } from "./passages.js";
import { QueryEncoder } from "./query-encoder.js";

const RANKED = 100; // posts of each ranking that are merged
const SHARE = 0.6; // the least cosine of a passage that is shown, as a share of the best
const SHARE_OF_WORDS = 0.5; // the least score by words of a post that is shown for its words, as a share of the best

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
    if (!this.hasMeaning) return;
    this.#encoder = new QueryEncoder(files, catalogue);
    this.#passages = new Passages(files, catalogue);
  }

  /**
   * Posts by the words of a query, best first.
   *
   * @param {(post: number) => boolean} allows  whether a post may be shown
   * @returns {Promise<{posts: {post: number, row: null, score: number}[], words: Set<string>, known: boolean}>}  words: those by
   *   which posts are found; known: whether its last word is typed to its end
   */
  async byWords(query, allows = () => true) {
    if (this.hasMeaning) this.#encoder.begin(query); // on a slow connection a file after another takes long
    const { posts, ...about } = await this.#keywords.search(query);
    return { posts: posts.filter(({ post }) => allows(post)).slice(0, RANKED).map((entry) => ({ ...entry, row: null })), ...about };
  }

  /** Whether there are vectors. There are none of a language that the site's model does not know. */
  get hasMeaning() {
    return this.#catalogue.centres.length > 0;
  }

  /** The unit vector of a query; null if its meaning is not known. */
  async vectorOf(query) {
    if (!this.hasMeaning) return null;
    const { vector, isKnown } = await this.#encoder.encode(query);
    return isKnown || (await this.#keywords.have(query)) ? vector : null; // the site has taught the tokens of its own words
  }

  /** Posts by the meaning of a query, best first: {post, row, score}, the row being the nearest passage. */
  async byMeaning(query, allows = () => true) {
    const vector = await this.vectorOf(query);
    return vector ? this.byVector(vector, allows) : [];
  }

  /** The same by a unit vector. */
  byVector(vector, allows = () => true) {
    return this.#passages.nearest(vector, RANKED, allows);
  }

  /**
   * Posts by both, best first: the sum of standard scores. What one ranking lacks counts there as its last. A post that is far
   * below the best in both has little to do with the query, and is left out.
   */
  async byBoth(query, words, allows = () => true) {
    const meaning = await this.byMeaning(query, allows);
    const leastOfMeaning = Math.max(this.#catalogue.least, SHARE * (meaning[0]?.score ?? 0));
    const leastOfWords = SHARE_OF_WORDS * (words.posts[0]?.score ?? 0);
    const merged = new Map();
    for (const [ranking, least] of [[meaning, leastOfMeaning], [words.posts, leastOfWords]]) {
      const standard = standardScores(ranking);
      for (const { post, row, score } of ranking) {
        const entry = merged.get(post) ?? { post, row, above: 0, fits: false };
        entry.above += standard(score) - standard(ranking.at(-1).score);
        entry.fits ||= score >= least;
        merged.set(post, entry);
      }
    }
    const fitting = [...merged.values()].filter(({ fits }) => fits);
    return fitting.sort((a, b) => b.above - a.above || a.post - b.post);
  }

  /** The number of a post's first passage. */
  firstPassage(post) {
    return this.#catalogue.firstOf[post];
  }
}

/** How many standard deviations a score is above the mean of a ranking; 0 if all are equal. */
function standardScores(ranking) {
  const mean = ranking.reduce((sum, { score }) => sum + score, 0) / ranking.length;
  const deviation = Math.sqrt(ranking.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / ranking.length) || 1;
  return (score) => (score - mean) / deviation;
}
