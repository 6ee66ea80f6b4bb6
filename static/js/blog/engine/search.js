// The search box at work. It searches by words at once, and by meaning once the engine is there. One list shows both.

import { fuse } from "./fuse.js";
import { Keywords } from "./keywords.js";
import { languageFor } from "./languages.js";
import * as meaning from "./meaning.js";
import { ResultList } from "./results.js";
import { said } from "./said.js";

const LISTED = 10;
const RANKED = 30; // posts of each ranking that are merged
const PAUSE_MS = 150; // pause in typing before the engine is asked
const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py

/** Bring the box to life; `parts` and `setting` come from semantic-search.js. */
export async function attach(parts, setting) {
  const say = setting.sentences(parts.host, MESSAGES);
  const language = languageFor(parts.host, setting.index.languages);
  if (!language) throw said(say("empty"));
  const about = setting.index.languages[language];
  const response = await fetch(new URL(about.posts, setting.folder));
  if (!response.ok) throw said(say("not_loaded", { file: about.posts, status: response.status }));
  const data = await response.json();
  const keywords = await Keywords.build(data);
  new Search(parts, setting, { language, about, data, keywords, say }).begin();
}

const megabytes = (bytes) => `${Math.max(0.1, bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

class Search {
  #parts;
  #setting;
  #site;
  #list;
  #state = "idle"; // of search by meaning: idle, loading, ready, or off until a button is pressed
  #request = 0; // number of the newest request; answers to older ones are dropped
  #timer = 0;

  constructor(parts, setting, site) {
    this.#parts = parts;
    this.#setting = setting;
    this.#site = site;
    this.#list = new ResultList(parts, setting, site);
  }

  begin() {
    const { host, input } = this.#parts;
    input.addEventListener("input", () => this.#typed());
    input.form.addEventListener("submit", () => this.#list.focusFirst());
    this.#list.onLeave = () => this.#typed();
    if (!this.#site.about.vectors) this.#searchByWordsOnly();
    else if (meaning.missing()) this.#off({ key: meaning.missing() });
    else if (host.hasAttribute("ask") || navigator.connection?.saveData) this.#offer();
    else this.#note(this.#counted("begins", { size: this.#size }));
    if (input.value.trim()) this.#typed();
  }

  /** The engine's model does not know this language. Meaning from it would be none. */
  #searchByWordsOnly() {
    this.#state = "off";
    this.#note(this.#counted("posts_by_words"));
  }

  /** A sentence about the posts; about one post it is another one. */
  #counted(key, values = {}) {
    const { about: { count }, say } = this.#site;
    return say(count === 1 ? `${key}_one` : key, { count, ...values });
  }

  /** Size of what search by meaning loads: the engine and the vectors. The posts are there already. */
  get #size() {
    return megabytes(this.#setting.index.engineBytes + this.#site.about.bytes.vectors);
  }

  get #number() {
    return Number(this.#parts.host.getAttribute("number")) || LISTED;
  }

  #typed() {
    const query = this.#parts.input.value.trim();
    const request = ++this.#request;
    clearTimeout(this.#timer);
    if (!query) return this.#list.clear();
    if (this.#list.showsAllOf(query)) return;
    const byWords = this.#site.keywords.search(query, RANKED);
    if (this.#state === "idle") this.#start();
    this.#show(query, byWords.ranking, ["loading", "ready"].includes(this.#state) ? "words so far" : "words");
    if (this.#state === "ready") this.#timer = setTimeout(() => this.#merge(request, query, byWords), PAUSE_MS);
  }

  async #merge(request, query, { ranking, exact, partial }) {
    try {
      const rows = await meaning.search(this.#site.language, query, RANKED);
      if (request !== this.#request || this.#list.hasFocus) return;
      const alike = rows.map(([row]) => ({ row, post: this.#site.data.passages[row][0] }));
      // A passage with only some of the words says less than one with the meaning of all.
      const words = partial && alike.length ? [] : ranking;
      this.#show(query, exact ? fuse(words, alike) : fuse(alike, words), "both");
    } catch (error) {
      this.#off(error, true);
    }
  }

  #show(query, ranking, by) {
    this.#list.show(query, ranking.slice(0, this.#number), by);
  }

  // --- search by meaning ---

  #offer() {
    this.#state = "off";
    this.#note(this.#counted("posts_by_words"), this.#button(this.#site.say("offer", { size: this.#size })));
  }

  async #start() {
    this.#state = "loading";
    const progress = this.#setting.make("progress", "progress", { max: 1, value: 0, ariaLabel: this.#site.say("by_meaning") });
    this.#note(progress, this.#site.say("loading", { size: this.#size }));
    try {
      const fingerprint = await meaning.start({ onProgress: (share) => (progress.value = share) });
      if (fingerprint !== this.#setting.index.model.fingerprint) return this.#mismatch();
      await this.#open();
      this.#state = "ready";
      this.#note();
      this.#typed();
    } catch (error) {
      this.#off(error, true);
    }
  }

  #open() {
    const { language, about, data } = this.#site;
    const posts = Int32Array.from(data.passages, ([post]) => post);
    return meaning.open(language, new URL(about.vectors, this.#setting.folder).href, posts);
  }

  #mismatch() {
    console.warn(`<semantic-search>: ${MESSAGES.en.mismatch.replace("{remedy}", MESSAGES.en.remedy)}.`);
    this.#off({ key: "mismatch" });
  }

  /** Search by words only, and say why. */
  #off(error, again = false) {
    const { say } = this.#site;
    this.#state = "off";
    const reason = this.#reason(error);
    this.#note(say("words_only", { reason }), ...(again ? [this.#button(say("again"))] : []));
    this.#typed();
  }

  /** `key` is that of a sentence. What other programs say is English; in other languages it goes to the console. */
  #reason({ key, message }) {
    const { say } = this.#site;
    if (key in MESSAGES.en) return say(key, { remedy: say("remedy") });
    if (say.isEnglish) return message.replace(/\.$/, "");
    console.warn(`<semantic-search>: ${message}`);
    return say("failed");
  }

  #button(text) {
    const button = this.#setting.make("button", "button", { type: "button" }, text);
    button.addEventListener("click", () => {
      this.#parts.input.focus(); // the button is about to disappear
      this.#start();
    });
    return button;
  }

  #note(...content) {
    this.#parts.note.replaceChildren(...content);
  }
}
