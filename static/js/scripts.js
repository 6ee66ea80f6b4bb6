// Names of the scripts in which texts are written.

// As ISO 15924 writes them. Han, Kana and Hangul have names of their own, because people look for their language.
const CODES =
  "Latn Cyrl Grek Arab Hebr Hani Hira Kana Hang Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Khmr Mymr Tibt Geor Armn Ethi";
const NAMED = { Hani: "Chinese characters", Hira: "Hiragana", Kana: "Katakana", Hang: "Korean" };

/** The scripts of a text, as a list in English: "Thai and Latin". Digits, symbols and rare scripts are named together. */
export function scriptsOf(text) {
  const names = new Intl.DisplayNames("en", { type: "script" });
  const codes = CODES.split(" ").filter((code) => new RegExp(`\\p{Script=${code}}`, "u").test(text));
  const scripts = codes.map((code) => NAMED[code] ?? names.of(code));
  return new Intl.ListFormat("en").format(scripts.length ? scripts : ["symbols and rare scripts"]);
}
