// The list of results: links for the arrow keys, and a line that tells a screen reader how many results there are.

import { excerpt } from "./excerpt.js";
import { telling, unaccented, wordsOf } from "./words.js";

export class ResultList {
  onLeave = () => {}; // called when the reader goes back from the list to the box
  #parts;
  #setting;
  #site;
  #query = "";

  constructor(parts, setting, site, signal = undefined) {
    this.#parts = parts;
    this.#setting = setting;
    this.#site = site;
    const { host, input, panel, results } = parts;
    panel.tabIndex = -1; // in a browser where a click does not focus a link, the focus then stays inside
    input.addEventListener("keydown", (event) => this.#inBox(event), { signal });
    results.addEventListener("keydown", (event) => this.#inList(event), { signal });
    const leave = ({ relatedTarget }) => {
      const left = document.hasFocus() && !host.contains(relatedTarget);
      panel.hidden = left && host.hasAttribute("popup");
    };
    host.addEventListener("focusout", leave, { signal });
    host.addEventListener("focusin", () => (panel.hidden = false), { signal });
  }

  /** Whether the list shows the complete results of a query. */
  showsAllOf(query) {
    return this.#query === query;
  }

  get hasFocus() {
    return this.#parts.results.contains(this.#parts.host.shadowRoot.activeElement);
  }

  clear() {
    this.#query = "";
    this.#parts.status.textContent = "";
    this.#parts.results.hidden = true;
    this.#parts.results.replaceChildren();
  }

  /**
   * Show passages: [{post, row}], best first. `by` is what found them: "both" ways of searching, "words so far" while the
   * search by meaning is still under way, or "words" alone. `wanted` are the words that are marked.
   */
  show(query, ranking, by, wanted = new Set(telling(wordsOf(query)).map(unaccented))) {
    const { results, status } = this.#parts;
    this.#query = by === "both" ? query : "";
    results.replaceChildren(...ranking.map((passage) => this.#result(passage, wanted)));
    results.hidden = !ranking.length;
    results.ariaBusy = String(by === "words so far");
    const text = this.#summary(query, ranking.length, by);
    if (status.textContent !== text) status.textContent = text;
  }

  focusFirst() {
    this.#links[0]?.focus();
  }

  #summary(query, count, by) {
    const { say } = this.#site;
    if (count) return say(count === 1 ? "results_one" : "results", { count, query });
    if (by === "both") return say("nothing", { query });
    return say(by === "words so far" ? "no_words_yet" : "no_words", { query });
  }

  get #links() {
    return [...this.#parts.results.querySelectorAll("a")];
  }

  #result({ post, row }, wanted) {
    const { make, root } = this.#setting;
    const { language, data } = this.#site;
    const { url, title, date } = data.posts[post];
    const [, heading, anchor, passage] = data.passages[row];
    const address = new URL(`./${url}`, root); // always relative to the site
    if (anchor) address.hash = anchor;
    const link = make("a", "link", { href: address.href }, title);
    const pieces = excerpt(passage, wanted);
    const text = pieces.map((piece) => (piece.mark ? make("mark", "mark", {}, piece.mark) : piece));
    const day = date && localDate(date, this.#parts.host.closest("[lang]")?.lang || language); // en-GB if the page is
    const context = [day, heading !== title && heading].filter(Boolean).join(" · ");
    const item = make("li", "result", { lang: language }, link);
    if (context) item.append(make("p", "context", {}, context));
    item.append(make("p", "passage", { dir: "auto" }, ...text));
    return item;
  }

  // --- keys ---

  #inBox(event) {
    if (event.key === "ArrowDown" && this.#links.length) {
      event.preventDefault();
      this.focusFirst();
    } else if (event.key === "Escape" && this.#parts.input.value) {
      event.preventDefault();
      this.#parts.input.value = "";
      this.#parts.input.dispatchEvent(new Event("input"));
    }
  }

  #inList(event) {
    const links = this.#links;
    const at = links.indexOf(event.target);
    const last = links.length - 1;
    const to = { ArrowDown: Math.min(at + 1, last), ArrowUp: at - 1, Home: 0, End: last, Escape: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to >= 0) return links[to].focus();
    this.#parts.input.focus();
    this.onLeave();
  }
}

function localDate(date, language) {
  const day = new Date(date.slice(0, 10)); // the author's date, independent of the reader's time zone
  return Number.isNaN(day.getTime()) ? date : new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(day);
}
