// Reciprocal rank fusion: several rankings become one (Cormack, Clarke and Buettcher 2009). It needs ranks alone, so that
// scores that mean different things, BM25's and cosines, need not be compared.

const K = 60; // of the paper: the larger, the less the first places count

/**
 * @param {{post: number, row: number}[][]} rankings  each best first, a post at most once in each; of posts with equal scores
 *   those of the first ranking come first
 * @returns {{post: number, row: number}[]}  best first; `row` is the passage of the ranking in which the post stands highest
 */
export function fuse(...rankings) {
  const fused = new Map();
  for (const ranking of rankings) {
    ranking.forEach(({ post, row }, i) => {
      const found = fused.get(post) ?? { post, row, highest: i, score: 0 };
      found.score += 1 / (K + i + 1);
      if (i < found.highest) Object.assign(found, { row, highest: i });
      fused.set(post, found);
    });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score);
}
