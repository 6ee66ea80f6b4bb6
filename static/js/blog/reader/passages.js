// Search by meaning: the passages of the groups that are nearest to a query, their vectors at one bit a number.

const GROUPS = 20; // so many are read

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

function readGroup(fields, dims) {
  const count = fields.number();
  const passages = fields.ascending(count);
  const [greatest] = fields.floats(1);
  const lengths = Float32Array.from(fields.take(count), (byte) => (byte / 255) * greatest);
  return { passages, lengths, signs: fields.take((count * dims) / 8) };
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
    const { centres, dims, postOf } = this.#catalogue;
    const bases = centres.map((centre) => product(centre, query));
    const chosen = [...bases.keys()].sort((a, b) => bases[b] - bases[a]).slice(0, GROUPS);
    const sums = signSums(query);
    const read = (fields) => readGroup(fields, dims);
    const scored = chosen.map(async (group) => {
      const content = await this.#files.optional(`groups/${group}`, "g", read);
      if (!content) return [];
      const scores = estimates(content, bases[group], sums);
      return content.passages.map((row, i) => ({ row, post: postOf[row], score: scores[i] }));
    });
    const passages = (await Promise.all(scored)).flat().filter(({ post }) => post !== undefined && allows(post));
    passages.sort((a, b) => b.score - a.score);
    return firstOfPosts(passages, number);
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
