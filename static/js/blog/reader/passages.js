// Search by meaning: the passages of the groups that are nearest to a query, their vectors at one bit a number.

import { startsOf } from "./catalogue.js";

const GROUPS = 18; // so many are read: three times six, which is what browsers load at once over HTTP/1.1
const AREAS = 10; // where groups are many, the centres of so many areas' groups are read
const GROUPS_OF_AREAS = 10; // and then so many of these,
const BYTES = 800_000; // but not more than this, since groups are large where passages are dense: with the areas it is below a megabyte
const STEPS_A_HALF = 16; // of a length

/** About the cosine with each passage of a group; see `estimates` in py/semblance/blog/reader/codes.py. */
function estimates({ lengths, signs }, base, sums) {
  const width = signs.length / lengths.length;
  return lengths.map((length, i) => {
    let signed = 0;
    for (let j = 0; j < width; j++) signed += sums[j * 256 + signs[i * width + j]];
    return base + length * signed;
  });
}

/** For each byte of a vector of signs, what it adds to the product with the query, whichever value it has. */
function signSums(query) {
  const sums = new Float32Array(query.length * 32);
  for (let j = 0; j < query.length / 8; j++) {
    for (let byte = 0; byte < 256; byte++) {
      let sum = 0;
      for (let bit = 0; bit < 8; bit++) sum += (byte >> bit) & 1 ? query[8 * j + bit] : -query[8 * j + bit];
      sums[j * 256 + byte] = sum;
    }
  }
  return sums;
}

function product(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function readGroup(fields) {
  const passages = fields.ascending();
  const lengths = Float32Array.from(fields.bytes(), (step) => 2 ** (-step / STEPS_A_HALF));
  return { passages, lengths, signs: fields.bytes() };
}

function readArea(fields) {
  const centres = fields.vectors();
  return { centres, sizes: fields.numbers() };
}

/** The numbers and products of those vectors that have the greatest product with a query, at most so many. */
function nearestOf(query, vectors, most) {
  const products = vectors.map((vector, number) => ({ number, base: product(vector, query) }));
  return products.sort((a, b) => b.base - a.base).slice(0, most);
}

export class Passages {
  #files;
  #catalogue;

  constructor(files, catalogue) {
    this.#files = files;
    this.#catalogue = catalogue;
  }

  /**
   * The best passage of each of the best posts.
   *
   * @param {Float32Array} query  a unit vector
   * @param {number} number  most posts
   * @param {(post: number) => boolean} allows  whether a post may be shown
   * @returns {Promise<{post: number, row: number, score: number}[]>}  best first
   */
  async nearest(query, number, allows) {
    const { postOf } = this.#catalogue;
    const sums = signSums(query);
    const scored = (await this.#groups(query)).map(async ({ number: group, base }) => {
      const content = await this.#files.optional(`groups/${group}`, "g", readGroup);
      if (!content) return [];
      const scores = estimates(content, base, sums);
      return content.passages.map((row, i) => ({ row, post: postOf[row], score: scores[i] }));
    });
    const passages = (await Promise.all(scored)).flat().filter(({ post }) => post !== undefined && allows(post));
    passages.sort((a, b) => b.score - a.score);
    return firstOfPosts(passages, number);
  }

  /** The groups that are nearest to a query. Where they are many, those of the nearest areas alone are looked at. */
  async #groups(query) {
    const { areas, centres } = this.#catalogue;
    if (!areas.length) return nearestOf(query, centres, GROUPS);
    const starts = startsOf(areas);
    const looked = nearestOf(query, centres, AREAS).map(async ({ number: area }) => {
      const own = await this.#files.optional(`areas/${area}`, "a", readArea);
      const near = nearestOf(query, own?.centres ?? [], GROUPS_OF_AREAS);
      return near.map(({ number, base }) => ({ number: starts[area] + number, base, size: own.sizes[number] }));
    });
    const groups = (await Promise.all(looked)).flat().sort((a, b) => b.base - a.base);
    let bytes = 0;
    return groups.slice(0, GROUPS_OF_AREAS).filter(({ size }, i) => (bytes += size) <= BYTES || i === 0);
  }
}

/** The first of each post's entries, at most so many. */
export function firstOfPosts(entries, number) {
  const first = new Map();
  for (const entry of entries) {
    if (!first.has(entry.post)) first.set(entry.post, entry);
    if (first.size === number) break;
  }
  return [...first.values()];
}
