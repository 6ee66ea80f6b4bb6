// Chooses the part of a passage that is shown: around the searched words, or else the beginning.

import { isDense, isSingle, locatedWords, unaccented } from "./words.js";

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
 * @param {Set<string>} wanted  `unaccented` words, see words.js; the beginning of a longer word counts too
 * @returns {(string | {mark: string})[]}  pieces in order
 */
export function excerpt(passage, wanted) {
  const text = MARKS.reduce((rest, [mark, instead]) => rest.replace(mark, instead), passage).trim();
  const hits = wantedSpans(text, wanted);
  const [from, to] = bounds(text, hits[0]?.[0] ?? 0);
  const pieces = [from > 0 ? "…" : ""];
  let at = from;
  for (const [start, end] of hits) {
    if (start < from || end > to) continue;
    pieces.push(text.slice(at, start), { mark: text.slice(start, end) });
    at = end;
  }
  return [...pieces, text.slice(at, to), to < text.length ? "…" : ""].filter((piece) => piece !== "");
}

/**
 * Where the wanted words stand: [[start, end]] in order. Those that overlap, as pairs of characters do, are one. A pair alone
 * counts only if no longer stretch with it stands in the text: in Thai many words share a pair.
 */
function wantedSpans(text, wanted) {
  const singles = [...wanted].filter(isSingle);
  const beginnings = [...wanted].filter((word) => word.length > 2);
  const spans = [];
  for (const { word, start, end } of locatedWords(text)) {
    const compared = unaccented(word);
    const single = singles.find((character) => word.includes(character));
    if (wanted.has(compared) || beginnings.some((beginning) => compared.startsWith(beginning))) add(spans, start, end);
    else if (single) add(spans, start + word.indexOf(single), start + word.indexOf(single) + single.length);
  }
  const stretches = new Set(spans.map(([start, end]) => text.slice(start, end)));
  const isPart = (part) => isDense(part) && [...stretches].some((other) => other.length > part.length && other.includes(part));
  return spans.filter(([start, end]) => !isPart(text.slice(start, end)));
}

function add(spans, start, end) {
  const last = spans.at(-1);
  if (last && start < last[1]) last[1] = Math.max(last[1], end);
  else spans.push([start, end]);
}

/** Where the excerpt begins and ends: at spaces, if there are any. */
function bounds(text, hit) {
  const wish = Math.max(0, Math.min(hit - BEFORE, text.length - LENGTH));
  const from = wish && wish < hit ? Math.min(text.indexOf(" ", wish) + 1 || wish, hit) : wish;
  if (from + LENGTH >= text.length) return [from, text.length];
  const end = text.lastIndexOf(" ", from + LENGTH);
  return [from, end > from + LENGTH / 2 ? end : from + LENGTH];
}
