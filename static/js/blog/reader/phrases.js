// Quoted words: a post counts only if they stand in it just so.

import { unaccented } from "../engine/words.js";

const QUOTED = /["“„«「『]([^"“”„«»「」『』]+)["”“»」』]/g;

const compared = (text) => unaccented(text.normalize("NFKC").toLowerCase()).replace(/\s+/g, " ");

/** The quoted parts of a query. */
export const phrasesOf = (query) => Array.from(query.matchAll(QUOTED), ([, phrase]) => compared(phrase.trim())).filter(Boolean);

/** Whether a post, as its file describes it, has all of these parts. */
export function hasPhrases({ title, passages }, phrases) {
  const texts = [title, ...passages.map(([, , text]) => text)].map(compared);
  return phrases.every((phrase) => texts.some((text) => text.includes(phrase)));
}
