// Chooses the part of a passage that is shown: around the searched words, or else the beginning.

const LENGTH = 240; // characters
const BEFORE = 60; // characters before the first searched word
// Markdown that a reader need not see: headings at the start, which stand beside the title; marks of other headings; links.
const MARKS = [
  [/^(?:#{1,6} .*(?:\n+|$))+/, ""],
  [/^#{1,6} /gm, ""],
  [/!?\[([^\]]*)\]\([^)\s]*\)/g, "$1"],
  [/\s+/g, " "],
];

/**
 * @param {string} passage
 * @param {(text: string) => {word: string, start: number, end: number}[]} words  see keywords.js
 * @param {Set<string>} wanted  folded words; the start of a longer one counts too
 * @returns {(string | {mark: string})[]}  pieces in order
 */
export function excerpt(passage, words, wanted) {
  const text = MARKS.reduce((rest, [mark, instead]) => rest.replace(mark, instead), passage).trim();
  const hits = words(text).filter(({ word }) => isWanted(word, wanted));
  const [from, to] = bounds(text, hits[0]?.start ?? 0);
  const pieces = [from > 0 ? "…" : ""];
  let at = from;
  for (const { start, end } of hits) {
    if (start < from || end > to) continue;
    pieces.push(text.slice(at, start), { mark: text.slice(start, end) });
    at = end;
  }
  return [...pieces, text.slice(at, to), to < text.length ? "…" : ""].filter((piece) => piece !== "");
}

const isWanted = (word, wanted) => wanted.has(word) || [...wanted].some((start) => start.length > 2 && word.startsWith(start));

/** Where the excerpt begins and ends: at spaces, if there are any. */
function bounds(text, hit) {
  const wish = Math.max(0, Math.min(hit - BEFORE, text.length - LENGTH));
  const from = wish && wish < hit ? Math.min(text.indexOf(" ", wish) + 1 || wish, hit) : wish;
  if (from + LENGTH >= text.length) return [from, text.length];
  const end = text.lastIndexOf(" ", from + LENGTH);
  return [from, end > from + LENGTH / 2 ? end : from + LENGTH];
}
