// The page's language. A link may name one (`lang=`), a user may choose one, and otherwise it is the browser's. It is known
// before Python runs, so that the start speaks it too.
//
// index.html is English as it stands. Its words are marked with the keys of their messages: `data-words` those of an element,
// `data-words-ATTRIBUTE` those of an attribute. The build makes messages/LANGUAGE.js of
// py/semblance/browser/pages/messages/LANGUAGE/page.toml. Python's words follow the event `semblance:language`.

const WRITTEN = "en"; // the language that index.html is written in
const KEPT = "semblance: language"; // name in localStorage
const ATTRIBUTES = ["aria-label", "content", "placeholder", "title"];
const TRADITIONAL = ["hant", "tw", "hk", "mo"];

const select = document.querySelector("body#app #language"); // null on other people's pages
const languages = Array.from(select?.options ?? [], ({ value }) => value);

/** The language of the page that fits a browser's tag; undefined if none does. */
function fitting(tag) {
  const [language, ...parts] = tag.toLowerCase().split("-");
  if (language !== "zh") return languages.find((name) => name === language);
  const isTraditional = !parts.includes("hans") && parts.some((part) => TRADITIONAL.includes(part));
  return isTraditional ? "zh-Hant" : "zh-Hans";
}

const linked = () => new URLSearchParams(location.hash.split("?")[1]).get("lang");

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // this browser keeps nothing for pages
  }
}

function keep(language) {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // the choice holds until the page is closed
  }
}

const preferred = () =>
  [linked(), kept()].find((name) => languages.includes(name)) ?? navigator.languages.map(fitting).find(Boolean) ?? WRITTEN;

// --- words ---

const PIECES = /(\*\*[^*]+\*\*|\{\w+\})/;

/** Write a message into an element: strong words between asterisks, and elements of its own for the {places}. */
function write(element, message) {
  const places = Object.fromEntries(Array.from(element.children, (child) => [child.dataset.place, child]));
  const pieces = message.split(PIECES).map((piece) => {
    if (piece.startsWith("{")) return places[piece.slice(1, -1)];
    if (!piece.startsWith("**")) return piece;
    return Object.assign(document.createElement("strong"), { textContent: piece.slice(2, -2) });
  });
  element.replaceChildren(...pieces);
}

function translate(root, texts) {
  for (const { content } of root.querySelectorAll("template")) translate(content, texts);
  for (const element of root.querySelectorAll("[data-words]")) write(element, texts[element.dataset.words]);
  for (const attribute of ATTRIBUTES) {
    for (const element of root.querySelectorAll(`[data-words-${attribute}]`)) {
      element.setAttribute(attribute, texts[element.getAttribute(`data-words-${attribute}`)]);
    }
  }
}

function declare(language) {
  document.documentElement.lang = language;
  select.value = language;
  const manifest = document.querySelector("link[rel=manifest]"); // the double-click edition has none
  if (manifest) manifest.href = `static/app.${language}.webmanifest`;
}

let messages; // of the language that is shown, once that has been another one than `WRITTEN`

async function show(language) {
  ({ default: messages } = await import(`./messages/${language}.js`));
  declare(language);
  translate(document, messages);
  dispatchEvent(new CustomEvent("semblance:language"));
}

/** Let the page speak a language from now on, and at later visits too if it is `remembered`. */
export async function chooseLanguage(language, remembered) {
  if (remembered) keep(language);
  await show(language);
}

/** Translate an element that was not in the page when the language was chosen. */
export const translateAgain = (element) => messages && translate(element, messages);

/** Whether the user has chosen a language here, which is then the page's. */
export const isLanguageChosen = () => kept() !== null;

/** The sentences of a script: a function of a key and values. `ofAll` are the messages of all languages. */
export const sentences =
  (ofAll) =>
  (key, values = {}) =>
    ofAll[document.documentElement.lang][key].replace(/\{(\w+)\}/g, (_, place) => values[place]);

if (select) {
  const language = preferred();
  declare(language);
  if (language !== WRITTEN) show(language).catch(() => {}); // the page stays as it is written
  select.addEventListener("change", () =>
    chooseLanguage(select.value, true).catch(() => (select.value = document.documentElement.lang)),
  );
}
