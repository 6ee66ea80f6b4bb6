// Reciprocal rank fusion: several rankings become one (Cormack, Clarke and Buettcher 2009). It uses only ranks, so it need not
// compare scores that mean different things, such as BM25's and cosines.

const K = 60; // the paper's constant; the larger it is, the less the first places count

/**
 * @param {{post: number, row: number}[][]} rankings  each best first, a post at most once in each; of posts with equal scores
 *   those of the first ranking come first
 * @returns {{post: number, row: number}[]}  best first; `row` is the passage of the ranking in which the post stands highest
 */
export function fuse(...rankings) {
  const fused = new Map();
  for (const ranking of rankings) {
    ranking.forEach(({ post, row }, i) => {
      const result = fused.get(post) ?? { post, row, highest: i, score: 0 };
      result.score += 1 / (K + i + 1);
      if (i < result.highest) Object.assign(result, { row, highest: i });
      fused.set(post, result);
    });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score);
}
