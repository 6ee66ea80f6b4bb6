// Words that differ by a slip of the pen.

const SHORTEST = 5; // letters; shorter words have too many neighbours
const LETTERS_A_SLIP = 5; // in words of this length and more, one letter in so many may be wrong

/** Whether two words differ by few letters that were changed, left out, added, or swapped with the next. */
export function isNear(word, other) {
  const most = Math.floor(word.length / LETTERS_A_SLIP);
  if (word.length < SHORTEST || Math.abs(word.length - other.length) > most) return false;
  return distance(word, other, most) <= most;
}

/** Damerau's and Levenshtein's distance, with neighbours swapped at most once; more than `most` need not be exact. */
function distance(word, other, most) {
  let [before, row] = [[], Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= word.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1] + (word[i - 1] !== other[j - 1]);
      next[j] = Math.min(changed, row[j] + 1, next[j - 1] + 1);
      const swapped = i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1];
      if (swapped) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    if (Math.min(...next) > most) return most + 1;
    [before, row] = [row, next];
  }
  return row[other.length];
}
