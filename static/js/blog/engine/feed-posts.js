// Related posts from a site's feed. The reader's browser finds them once the reader agrees, and keeps them.
//
// Vectors are kept in IndexedDB (py/semblance/browser/blog/feed_posts.py). The lists of related posts are in localStorage, with
// the digest of their feed: the page can show them again without the engine.

import { asset } from "../../assets.js";
import * as meaning from "./meaning.js";

const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
const THREADS = 4;
const LISTED = 5;
const LONGEST = 20_000; // characters that are read of a page that is not in the feed
const MAIN = "[data-semblance-body], [data-pagefind-body], article, main";

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { display: block; margin-block: 2.5em }
  :host([hidden]), [hidden] { display: none !important }
  section { border-block-start: 1px solid var(--related-posts-line, color-mix(in srgb, currentColor 20%, transparent));
    padding-block-start: 1.5em; line-height: 1.45 }
  p { margin: 0 0 .8em; font-size: .875em; color: var(--related-posts-quiet, color-mix(in srgb, currentColor 75%, transparent)) }
  button { font: inherit; color: inherit; background: none; padding: .4em 1em; cursor: pointer;
    border: 1px solid color-mix(in srgb, currentColor 40%, transparent); border-radius: var(--related-posts-radius, 6px) }
  progress { appearance: none; display: block; inline-size: min(100%, 16em); block-size: .4em; border: 0; border-radius: .2em;
    overflow: hidden; background: color-mix(in srgb, currentColor 20%, transparent) }
  progress::-webkit-progress-bar { background: none }
  progress::-webkit-progress-value { background: currentColor }
  progress::-moz-progress-bar { background: currentColor }`);

export async function mountFeed(element, feed) {
  if (new URL(feed).origin !== location.origin) throw Error(`the feed has to be on this host, ${location.origin}`);
  const kept = recall(feed);
  if (!kept) return offer(element, feed);
  const page = kept.pages[keyOf(location.pathname)];
  if (page) element.show(page);
  const file = await fetchFeed(feed);
  if (page && kept.engine === asset("") && kept.digest && kept.digest === (await digestOf(file.data))) return undefined;
  return find(element, feed, file);
}

/** As `key_of` in py/semblance/blog/posts.py. */
const keyOf = (path) =>
  decodeURIComponent(path)
    .replace(/^\/+|\/+$/g, "")
    .replace(/(^|\/)index\.html?$/, "")
    .replace(/\.html?$/, "") || "index";

// --- what the reader sees ---

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;

async function offer(element, feed) {
  const reason = meaning.missing();
  if (reason) throw Error(`this browser can't run the engine (${reason})`);
  const { download } = await (await fetch(asset("engine.json"))).json();
  const view = new View(element);
  const size = megabytes(download);
  view.text("offer", { size });
  view.button("find", { size }, async () => {
    view.progress();
    await find(element, feed, await fetchFeed(feed), view);
  });
}

class View {
  #say;
  #text = document.createElement("p");
  #button = document.createElement("button");
  #progress = document.createElement("progress");

  constructor(element) {
    this.#say = element.sentences(MESSAGES);
    const section = document.createElement("section");
    section.ariaLabel = this.#say("heading");
    this.#text.role = "status";
    this.#button.hidden = this.#progress.hidden = true;
    this.#progress.ariaLabel = this.#say("looking");
    section.append(this.#text, this.#button, this.#progress);
    const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.replaceChildren(section);
  }

  text(key, values) {
    this.#text.textContent = this.#say(key, values);
  }

  /** Show a button that runs an action. If the action fails, the view says why, and the button can be pressed again. */
  button(key, values, action) {
    this.#button.textContent = this.#say(key, values);
    this.#button.hidden = false;
    this.#button.onclick = async () => {
      try {
        await action();
      } catch (error) {
        this.#progress.hidden = true;
        this.#button.hidden = false;
        this.#button.textContent = this.#say("again");
        this.text("failed", { reason: this.#reason(error.message) });
      }
    };
  }

  /** What programs say is English; in other languages it goes to the console. */
  #reason(message) {
    if (this.#say.isEnglish) return message.replace(/\.$/, "");
    console.warn(`<related-posts>: ${message}`);
    return this.#say("not_loaded");
  }

  progress(share = 0, key = "loading", values = {}) {
    this.#button.hidden = true;
    this.#progress.hidden = false;
    this.#progress.value = share;
    this.text(key, values);
  }
}

// --- finding ---

async function find(element, feed, file, view = null) {
  await meaning.start({ threads: THREADS, onProgress: (share) => view?.progress(share) });
  const text = (document.querySelector(MAIN)?.innerText ?? "").slice(0, LONGEST);
  const number = Math.max(LISTED, Number(element.getAttribute("number")) || 0);
  const onProgress = ({ done, total }) => view?.progress(done / total, "reading", { done, total });
  const page = { path: location.pathname, text };
  const { pages, report } = await meaning.related({ url: feed, ...file }, page, number, onProgress);
  remember(feed, { digest: await digestOf(file.data), engine: asset(""), pages });
  const posts = pages[keyOf(location.pathname)] ?? [];
  element.show(posts);
  if (!posts.length && view) new View(element).text("none");
  element.dispatchEvent(new CustomEvent("feed-read", { bubbles: true, detail: report })); // how many were added, changed, ...
}

async function fetchFeed(feed) {
  const response = await fetch(feed).catch(() => null);
  if (!response?.ok) throw Error(`${feed} can't be loaded`);
  const isJson = response.headers.get("Content-Type")?.includes("json") || feed.endsWith(".json");
  return { name: isJson ? "feed.json" : "feed.xml", data: new Uint8Array(await response.arrayBuffer()) };
}

/** SHA-256 of the data; empty if the page is not in a secure context. The engine then finds out what has changed. */
async function digestOf(data) {
  if (!globalThis.crypto?.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// --- what is kept ---

const nameFor = (feed) => `semblance:feed:${feed}`;

function recall(feed) {
  try {
    return JSON.parse(localStorage.getItem(nameFor(feed)));
  } catch {
    return null; // storage is blocked, or damaged
  }
}

function remember(feed, lists) {
  try {
    localStorage.setItem(nameFor(feed), JSON.stringify(lists));
  } catch {
    // Storage is blocked or full: the reader is asked again on the next page.
  }
}
