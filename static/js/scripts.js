// Names of the scripts in which texts are written.

// As ISO 15924 writes them; the last is that of symbols.
const CODES =
  "Latn,Cyrl,Grek,Arab,Hebr,Hani,Hira,Kana,Hang,Deva,Beng,Guru,Gujr,Orya,Taml,Telu,Knda,Mlym,Sinh,Thai,Laoo,Khmr,Mymr,Tibt,Geor,Armn,Ethi";
const SYMBOLS = "Zsym";
// People look for their language rather than for what these are called in English.
const NAMED = { Hani: "Chinese", Hira: "Hiragana", Kana: "Katakana", Hang: "Korean" };

/** The scripts of a text, as a list in the page's language: "Thai and Latin". Digits, symbols and rare scripts are symbols. */
export function scriptsOf(text, language = globalThis.document?.documentElement.lang || "en") {
  const names = new Intl.DisplayNames(language, { type: "script" });
  const nameOf = (code) => (language === "en" && NAMED[code]) || names.of(code);
  const codes = CODES.split(",").filter((code) => new RegExp(`\\p{Script=${code}}`, "u").test(text));
  return new Intl.ListFormat(language).format((codes.length ? codes : [SYMBOLS]).map(nameOf));
}
