// <semantic-search>: a search box for a static site, over the files that `semblance site` wrote beside this script.
//
// This file only draws the box. The rest is loaded when a reader enters the box: static/js/blog/reader/search.js, or, with
// the attribute "thorough", the full model's static/js/blog/engine/search.js.
//
// Attributes: label, placeholder, number (of results), lang (which index), thorough (search with the full model, if the site
// was made with --engine), filters (by tag and year), ask (load that at the press of a button only), popup (results float over the page), text-KEY
// (another wording of a sentence of py/semblance/blog/messages/en/elements.toml). Parts: form, label, input, filters, filter, select, panel, note,
// progress, button, status, results, result, link, context, passage, mark. It speaks the language of the page around it.
// Readers without JavaScript see the element's own content.

(() => {
  "use strict";
  const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
  const FORMAT = 1;
  const VERSION = "0.1.0"; // a test compares it with py/semblance/version.py
  const script = document.currentScript ?? document.querySelector('script[src*="semantic-search.js"]');
  // In a bundle of modules there is no such script: a <link rel="semblance"> names the folder then.
  const place = script?.getAttribute("src") ?? document.querySelector("link[rel=semblance]")?.getAttribute("href") ?? "/semblance/";
  const folder = new URL(".", new URL(place, document.baseURI));
  const root = new URL("..", folder);
  const sheet = new CSSStyleSheet();
  // Colours are mixed from the page's own, so that they fit its light and its dark theme.
  sheet.replaceSync(`
    :host { display: block; position: relative; line-height: 1.45;
      --line: var(--semantic-search-line, color-mix(in srgb, currentColor 30%, transparent));
      --quiet: var(--semantic-search-quiet, color-mix(in srgb, currentColor 75%, transparent)) }
    :host([hidden]), [hidden] { display: none !important }
    * { box-sizing: border-box }
    [part=label] { display: block; font-size: .875em; margin-block-end: .3em }
    [part=input] { inline-size: 100%; font: inherit; color: inherit; padding: .55em .8em; margin: 0;
      background: var(--semantic-search-ground, transparent); border: 1px solid var(--line);
      border-radius: var(--semantic-search-radius, 6px); appearance: none }
    [part=input]::placeholder { color: var(--quiet); opacity: 1 }
    :focus-visible { outline: 2px solid var(--semantic-search-accent, #1c6fd1); outline-offset: 2px }
    [part=filters] { display: flex; flex-wrap: wrap; gap: .4em 1em; margin-block-start: .5em; font-size: .875em }
    [part=select] { font: inherit; color: inherit; background: var(--semantic-search-ground, transparent); max-inline-size: 14em;
      border: 1px solid var(--line); border-radius: var(--semantic-search-radius, 6px); padding: .2em .4em }
    [part=option] { color: CanvasText; background: Canvas }
    [part=panel] { overflow-wrap: anywhere; outline: none }
    :host([popup]) [part=panel]:not(:empty) { position: absolute; z-index: 10; inset-inline: 0; inset-block-start: 100%;
      max-block-size: min(70vh, 40em); overflow: auto; padding: .25em 1em .75em; margin-block-start: .3em;
      background: var(--semantic-search-panel, Canvas); color: var(--semantic-search-text, CanvasText);
      border: 1px solid var(--line); border-radius: var(--semantic-search-radius, 6px); box-shadow: 0 6px 24px rgb(0 0 0 / 25%) }
    [part=note], [part=status] { font-size: .875em; color: var(--quiet); margin: .6em 0 0; min-block-size: 0 }
    [part=note]:empty, [part=status]:empty { margin: 0 }
    [part=progress] { appearance: none; inline-size: min(100%, 12em); block-size: .4em; margin-inline-end: .7em;
      vertical-align: .15em; border: 0; border-radius: .2em; overflow: hidden;
      background: color-mix(in srgb, currentColor 20%, transparent) }
    [part=progress]::-webkit-progress-bar { background: none }
    [part=progress]::-webkit-progress-value { background: var(--semantic-search-accent, #1c6fd1) }
    [part=progress]::-moz-progress-bar { background: var(--semantic-search-accent, #1c6fd1) }
    [part=button] { font: inherit; color: inherit; background: none; border: 1px solid var(--line); margin-inline-start: .4em;
      border-radius: var(--semantic-search-radius, 6px); padding: .15em .7em; cursor: pointer }
    [part=results] { list-style: none; margin: .4em 0 0; padding: 0 }
    [part=result] { position: relative; padding: .8em 0; border-block-start: 1px solid
      var(--semantic-search-line, color-mix(in srgb, currentColor 18%, transparent)) }
    [part=result]:first-child { border: 0 }
    [part=link] { color: var(--semantic-search-link, inherit); font-weight: 600; text-underline-offset: .15em;
      text-decoration: underline color-mix(in srgb, currentColor 35%, transparent) }
    [part=link]::after { content: ""; position: absolute; inset: 0 }
    [part=result]:hover [part=link] { text-decoration-color: currentColor }
    [part=context] { font-size: .875em; color: var(--quiet); margin: .15em 0 0 }
    [part=passage] { font-size: .9375em; margin: .3em 0 0 }
    [part=mark] { color: inherit; background: var(--semantic-search-mark, color-mix(in srgb, #f2c94c 45%, transparent));
      border-radius: 2px }`);

  const TRADITIONAL = ["hant", "tw", "hk", "mo"];

  /**
   * The sentences of an element: a function of a key and values. They are in the language of the page around it, or English.
   * An attribute `text-KEY` has another wording. `ofAll` are the messages of all languages.
   */
  const sentences = (element, ofAll) => {
    const tag = element.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang;
    const [language, ...parts] = tag.toLowerCase().split("-");
    const isTraditional = !parts.includes("hans") && parts.some((part) => TRADITIONAL.includes(part));
    const messages = ofAll[language === "zh" ? (isTraditional ? "zh-Hant" : "zh-Hans") : language] ?? ofAll.en;
    const say = (key, values = {}) =>
      (element.getAttribute(`text-${key.replaceAll("_", "-")}`) ?? messages[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);
    return Object.assign(say, { isEnglish: messages === ofAll.en });
  };

  /** Why the index can't be used. `key` is that of a sentence. */
  class Reason extends Error {
    constructor(key, values = {}) {
      super(key);
      Object.assign(this, { key, values });
    }
  }

  function make(tag, part, properties = {}, ...content) {
    const node = Object.assign(document.createElement(tag), properties);
    node.setAttribute("part", part);
    node.append(...content);
    return node;
  }

  async function fetchIndex() {
    const address = new URL("index.json", folder);
    const response = await fetch(address).catch(() => null);
    if (!response) throw new Reason("no_network");
    if (!response.ok) throw new Reason("not_loaded", { file: address.pathname, status: response.status });
    const index = await response.json();
    if (index.format !== FORMAT) throw new Reason("format", { own: FORMAT, other: index.format });
    if (!index.scripts && !index.engine) throw new Reason("left_out");
    if (index.version !== VERSION) {
      console.warn(`<semantic-search>: the script is of version ${VERSION}, the index of ${index.version}. ${MESSAGES.en.remedy}.`);
    }
    return index;
  }

  class SemanticSearch extends HTMLElement {
    #parts;
    #say;

    connectedCallback() {
      if (this.shadowRoot) return;
      this.#say = sentences(this, MESSAGES);
      const label = this.getAttribute("label") ?? this.#say("label");
      const input = make("input", "input", { type: "search", id: "query", autocomplete: "off", spellcheck: false });
      input.enterKeyHint = "search";
      input.placeholder = this.getAttribute("placeholder") ?? "";
      const form = make("form", "form", { role: "search" }, make("label", "label", { htmlFor: "query" }, label), input);
      form.addEventListener("submit", (event) => event.preventDefault());
      const note = make("p", "note");
      const status = make("p", "status", { role: "status", ariaAtomic: "true" });
      const results = make("ol", "results", { role: "list", hidden: true, ariaLabel: this.#say("results") });
      const panel = make("div", "panel", {}, note, status, results);
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      shadow.append(form, panel);
      this.#parts = { host: this, input, panel, note, status, results };
      input.addEventListener("focus", () => this.#load(), { once: true });
    }

    focus(options) {
      this.#parts.input.focus(options);
    }

    /** Load the script that searches: the engine's only if an author asks for it, or if there is no other. */
    #search({ scripts = [], engine }) {
      if (engine && (!scripts.length || this.hasAttribute("thorough"))) {
        return import(/* @vite-ignore */ new URL(`${engine}static/js/blog/engine/search.js`, folder).href);
      }
      return import(/* @vite-ignore */ new URL(scripts[0], folder).href);
    }

    /** Fetch the catalogue beside the scripts, not after them, where it is plain which one: address -> response, or null. */
    #begin({ languages, scripts }) {
      const tags = Object.keys(languages);
      const wanted = this.closest("[lang]")?.getAttribute("lang") ?? "";
      const tag = tags.length === 1 ? tags[0] : [wanted, wanted.split("-")[0]].find((name) => tags.includes(name));
      if (!tag || !scripts) return new Map();
      const address = new URL(`${languages[tag].reader}catalogue.smbr`, folder);
      return new Map([[address.href, fetch(address).catch(() => null)]]);
    }

    async #load() {
      const { note } = this.#parts;
      note.textContent = this.#say("loading");
      try {
        const index = await fetchIndex();
        const begun = this.#begin(index);
        const { attach } = await this.#search(index);
        await attach(this.#parts, { index, folder, root, make, sentences, begun });
      } catch (error) {
        const again = make("button", "button", { type: "button" }, this.#say("again"));
        again.addEventListener("click", () => this.#load(), { once: true });
        note.replaceChildren(this.#say("unusable", { reason: this.#reason(error) }), again);
      }
    }

    /** Why it can't be used. What other programs say of it is English; in other languages it goes to the console. */
    #reason({ key, values, message, isSaid }) {
      if (key) return this.#say(key, { remedy: this.#say("remedy"), ...values });
      if (isSaid || this.#say.isEnglish) return message.replace(/\.$/, "");
      console.warn(`<semantic-search>: ${message}`);
      return this.#say("failed");
    }
  }

  if (!customElements.get("semantic-search")) customElements.define("semantic-search", SemanticSearch);
})();
