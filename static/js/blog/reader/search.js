// The search box at work over a reader's index: words and meaning, no model. The engine, if there is one, is a choice.

import { languageFor } from "../engine/languages.js";
import { ResultList } from "../engine/results.js";
import { said } from "../engine/said.js";
import { unaccented, wordsOf } from "../engine/words.js";
import { Files } from "./files.js";
import { Filters } from "./filters.js";
import { hasPhrases, phrasesOf, placeOfPhrases } from "./phrases.js";
import { Ranking } from "./ranking.js";
import { fittingStart } from "./sentences.js";
import { Unigram } from "./tokens.js";

export { Files, Ranking, Unigram }; // for programs that search without a box

const LISTED = 10;
const PAUSE_MS = 200; // pause in typing after which a word counts as typed to its end
const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
const ENGINE_SCRIPT = "static/js/blog/engine/search.js";

/** Bring the box to life; `parts` and `setting` come from semantic-search.js. */
export async function attach(parts, setting) {
  const say = setting.sentences(parts.host, MESSAGES);
  const language = languageFor(parts.host, setting.index.languages);
  if (!language) throw said(say("empty"));
  const about = setting.index.languages[language];
  const files = new Files(new URL(about.reader, setting.folder), setting.begun);
  const ranking = await Ranking.open(files);
  const search = new Search(parts, setting, { language, about, files, ranking, say });
  if (parts.host.hasAttribute("filters")) await search.drawFilters();
  search.begin();
}

class Search {
  #parts;
  #setting;
  #site;
  #data = { posts: [], passages: [] }; // of the posts that were shown so far, by their numbers
  #list;
  #filters = null;
  #request = 0; // number of the newest request; answers to older ones are dropped
  #complete = 0; // number of the request whose complete results are shown
  #pause = 0;
  #listening = new AbortController();

  constructor(parts, setting, site) {
    this.#parts = parts;
    this.#setting = setting;
    this.#site = site;
    this.#list = new ResultList(parts, setting, { ...site, data: this.#data }, this.#listening.signal);
  }

  async drawFilters() {
    const { files, say } = this.#site;
    this.#filters = await Filters.open(files, this.#parts.input, this.#setting.make, say, () => this.#typed());
  }

  begin() {
    const { input } = this.#parts;
    const { signal } = this.#listening;
    input.addEventListener("input", () => this.#typed(), { signal });
    input.form.addEventListener("submit", () => this.#list.focusFirst(), { signal });
    this.#list.onLeave = () => this.#typed();
    this.#site.files.onLate = () => this.#typed();
    this.#describe();
    if (input.value.trim()) this.#typed();
  }

  get #number() {
    return Number(this.#parts.host.getAttribute("number")) || LISTED;
  }

  #typed() {
    const query = this.#parts.input.value.trim();
    const request = ++this.#request;
    clearTimeout(this.#pause);
    if (!query) return this.#list.clear();
    this.#search(request, query);
  }

  async #search(request, query) {
    const { ranking } = this.#site;
    const allows = this.#filters?.allows;
    const words = await ranking.byWords(query, allows);
    if (request !== this.#request) return;
    const by = ranking.hasMeaning ? "both" : "words";
    const show = (posts, kind) => this.#show(request, query, posts, words.words, kind);
    const merge = async () => show(await ranking.byBoth(query, words, allows), by);
    if (by === "words") return merge();
    if (!words.known) {
      // While a word is being typed, what it means so far says little.
      this.#pause = setTimeout(merge, PAUSE_MS);
      await show(words.posts, "words so far");
      return;
    }
    const merging = merge();
    this.#pause = setTimeout(() => show(words.posts, "words so far"), PAUSE_MS); // if meaning is slow
    await merging;
  }

  async #show(request, query, ranking, wanted, by) {
    const phrases = phrasesOf(query);
    const looked = phrases.length ? ranking : ranking.slice(0, this.#number);
    const loaded = await Promise.all(looked.map(async (hit) => ({ ...hit, content: await this.#content(hit.post) })));
    const vector = by === "both" ? await this.#site.ranking.vectorOf(query) : null;
    const fitting = loaded.filter(({ content }) => content && hasPhrases(content, phrases)).slice(0, this.#number);
    const isOld = request !== this.#request || request === this.#complete;
    if (isOld || this.#list.hasFocus) return;
    if (by !== "words so far") this.#complete = request;
    const results = fitting.map((hit) => this.#result(hit, wanted, phrases, vector));
    this.#list.show(query, results, by, wanted);
    this.#describe();
  }

  /** What is shown of a post; null if it can't be had. */
  #content(post) {
    return this.#site.files.optional(`posts/${post}`, "p", (fields) => fields.json());
  }

  /**
   * Choose a post's passage: the one with a quoted part, or else with most of the words, or else the nearest in meaning. It is shown
   * from the quoted part on; if it has none of the words, from the sentence on that is nearest in meaning.
   */
  #result({ post, row, content }, wanted, phrases, vector) {
    const first = this.#site.ranking.firstPassage(post);
    this.#data.posts[post] = content;
    const quoted = content.passages.map(([, , text]) => placeOfPhrases(text, phrases));
    const having = content.passages.map(([, , text], i) => {
      if (quoted[i] !== null) return Infinity;
      return new Set(wordsOf(text).map(unaccented).filter((word) => wanted.has(word))).size;
    });
    const nearest = row === null ? 0 : row - first;
    const most = Math.max(...having);
    const chosen = having[nearest] === most ? nearest : having.indexOf(most);
    const [heading, anchor, text, starts, signs] = content.passages[chosen];
    const start = quoted[chosen] ?? (vector && !most && starts ? fittingStart(vector, starts, signs) : 0);
    this.#data.passages[first + chosen] = [post, heading, anchor, start ? `…${text.slice(start)}` : text];
    return { post, row: first + chosen };
  }

  // --- what stands below the box ---

  #describe() {
    const { about, files: { absent }, ranking, say } = this.#site;
    if (absent.length) {
      const again = this.#button(say("again"), () => this.#typed());
      return this.#note(say("missing", { file: absent[0] }), again);
    }
    const engine = about.vectors ? [this.#button(say("more", { size: this.#engineSize }), () => this.#useEngine())] : [];
    this.#note(this.#counted(ranking.hasMeaning ? "begins" : "posts_by_words"), ...engine);
  }

  /** A sentence about the posts; about one post it is another one. */
  #counted(key) {
    const { about: { count }, say } = this.#site;
    return say(count === 1 ? `${key}_one` : key, { count });
  }

  get #engineSize() {
    const bytes = this.#setting.index.engineBytes + this.#site.about.bytes.vectors;
    return `${(bytes / 1e6).toFixed(0)} MB`;
  }

  /** Hand the box over to the full model. */
  async #useEngine() {
    try {
      const { attach: attachEngine } = await import(new URL(this.#setting.index.engine + ENGINE_SCRIPT, this.#setting.folder));
      await attachEngine(this.#parts, this.#setting); // it has read its files before it listens to the box
      this.#listening.abort();
      this.#filters?.remove();
      this.#request++; // so that no answer of ours replaces the engine's
    } catch (error) {
      const { say } = this.#site;
      this.#note(say("no_engine", { reason: this.#reason(error) }), this.#button(say("again"), () => this.#useEngine()));
    }
  }

  /** What other programs say is English; in other languages it goes to the console. */
  #reason({ message, isSaid }) {
    const { say } = this.#site;
    if (isSaid || say.isEnglish) return message.replace(/\.$/, "");
    console.warn(`<semantic-search>: ${message}`);
    return say("failed");
  }

  #button(text, action) {
    const button = this.#setting.make("button", "button", { type: "button" }, text);
    button.addEventListener("click", () => {
      this.#parts.input.focus(); // the button may disappear
      action();
    });
    return button;
  }

  #note(...content) {
    this.#parts.note.replaceChildren(...content);
  }
}
