// How a text is cut into words: the rule of py/semblance/ranking/words/terms.py, whatever the language and the browser. One
// table of cases, tests/data/words.json, holds for both. `Intl.Segmenter` cuts otherwise in each engine.

const LONGEST = 64; // characters of a word: what is longer is data rather than a word
const TELLING = 4; // letters
const INVISIBLE = /[\p{DI}\u20e3]/gu; // soft hyphens, zero width, variants of a letter; the frame of a keycap
// Accents, and what most texts in Hebrew and Arabic leave out: vowels, other points, the stroke that stretches a word.
const OPTIONAL = /[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0652\u0670\u06d6-\u06ed\u0640]/g;
// Scripts that are written without spaces: Thai, Lao, Burmese and Khmer; Kana; Han.
const DENSE =
  "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3\u3005\u3007\u3041-\u3096\u30a1-\u30ff" +
  "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{323af}";
const DENSE_START = new RegExp(`^[${DENSE}]`, "u");
const SINGLE = new RegExp(String.raw`^[${DENSE}]\p{M}*$`, "u");
const LAST_OF_RUNS = new RegExp(String.raw`[${DENSE}]\p{M}*(?![${DENSE}\p{M}])`, "gu");
const CHARACTER = /.\p{M}*/gsu; // with its marks
const WORD = new RegExp(
  [
    String.raw`(?<dense>[${DENSE}][${DENSE}\p{M}]*)`,
    String.raw`(?<![\p{L}\p{N}])[A-Za-z](?:\+\+|#)(?![\p{L}\p{N}])`, // C++
    String.raw`(?<![\p{L}\p{N}])[\p{L}\p{Nl}\p{No}]{1,2}(?=['’][\p{L}\p{Nl}\p{No}]{3})`, // an elided article: l'eau
    String.raw`(?![${DENSE}])[\p{L}\p{N}](?:(?![${DENSE}])[\p{L}\p{N}\p{M}]|['’](?![${DENSE}])(?=[\p{L}\p{N}]))*`,
  ].join("|"),
  "gu",
);
// Characters that normalization may compose, and what can't be seen behind them.
const PIECES = /[\u1100-\u11ff]+|.[\p{M}\p{DI}\uff9e\uff9f]*/gsu;

/** Whether a word is of a script that is written without spaces. */
export const isDense = (word) => DENSE_START.test(word);

/** Whether it is one character of such a script with its marks, as a query may be. */
export const isSingle = (word) => SINGLE.test(word);

/** The last character of each run of such a script: no pair begins with it. */
export const lastOfRuns = (text) => plain(text).match(LAST_OF_RUNS) ?? [];

/** A word without accents and optional vowels: what is compared. */
export const unaccented = (word) => word.normalize("NFD").replace(OPTIONAL, "").normalize("NFC");

/** The words of a text, in order: small letters, nothing invisible; of a dense script each two neighbouring characters with their marks. */
export const wordsOf = (text) => Array.from(cut(plain(text)), ({ word }) => word);

/** The telling words of a query. Short words, mostly “the” and “for”, count only if there are no others. */
export function telling(words) {
  const long = words.filter((word) => word.length >= TELLING || isDense(word));
  return long.length ? long : words;
}

/** The words of a text with their places in it: [{word, start, end}]. */
export function locatedWords(text) {
  const starts = [];
  const ends = [];
  let plainText = "";
  for (const { 0: piece, index } of text.matchAll(PIECES)) {
    const visible = plain(piece);
    for (let i = 0; i < visible.length; i++) {
      starts.push(index);
      ends.push(index + piece.length);
    }
    plainText += visible;
  }
  return Array.from(cut(plainText), ({ word, at, length }) => ({ word, start: starts[at], end: ends[at + length - 1] }));
}

/** A text as its words are compared: compatibility forms resolved, in small letters, without what can't be seen. */
function plain(text) {
  return text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ").replace(INVISIBLE, "");
}

function* cut(text) {
  for (const { 0: word, index: at, groups } of text.matchAll(WORD)) {
    if (groups.dense) yield* pairs(word, at);
    else yield { word: shortened(word).replaceAll("’", "'"), at, length: word.length };
  }
}

function* pairs(run, at) {
  const characters = run.match(CHARACTER);
  if (characters.length === 1) yield { word: run, at, length: run.length };
  for (let i = 0; i + 1 < characters.length; i++) {
    const word = characters[i] + characters[i + 1];
    yield { word, at, length: word.length };
    at += characters[i].length;
  }
}

const shortened = (word) => (word.length > LONGEST ? Array.from(word).slice(0, LONGEST).join("") : word);
