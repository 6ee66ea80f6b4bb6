// Quoted words: a post counts only if they stand in it just so.

import { locatedWords, unaccented, wordsOf } from "../engine/words.js";

const QUOTED = /["“„«「『]([^"“”„«»「」『』]+)["”“»」』]/g;

const compared = (text) => unaccented(text.normalize("NFKC").toLowerCase()).replace(/\s+/g, " ");

/** The quoted parts of a query. */
export const phrasesOf = (query) => Array.from(query.matchAll(QUOTED), ([, phrase]) => compared(phrase.trim())).filter(Boolean);

/** Whether a post, as its file describes it, has all of these parts. */
export function hasPhrases({ title, passages }, phrases) {
  const texts = [title, ...passages.map(([, , text]) => text)].map(compared);
  return phrases.every((phrase) => texts.some((text) => text.includes(phrase)));
}

const BEFORE = 60; // characters that are shown before a quoted part

/** Where a text is shown from, so that the first of the quoted parts that it has is seen; null if it has none. */
export function placeOfPhrases(text, phrases) {
  const located = phrases.length ? locatedWords(text).map(({ word, start }) => ({ word: unaccented(word), start })) : [];
  for (const words of phrases.map((phrase) => wordsOf(phrase).map(unaccented))) {
    const stands = (_, at) => words.length && words.every((word, i) => begins(located[at + i]?.word, word, i === words.length - 1));
    const first = located.find(stands);
    if (first) return first.start > BEFORE ? text.lastIndexOf(" ", first.start - BEFORE) + 1 : 0;
  }
  return null;
}

const begins = (word, wanted, isLast) => word === wanted || Boolean(isLast && word?.startsWith(wanted));
