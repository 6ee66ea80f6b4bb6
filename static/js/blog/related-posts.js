// <related-posts>: a list of similar posts, from the one small file that `semblance site` wrote for this page.
//
// Attributes: number, threshold (least cosine), not-older-than (a date), show ("image date excerpt score", what to show),
// heading, heading-level, page (another page's address), feed (no-build mode), text-KEY (another wording of a sentence of
// py/semblance/blog/messages/en/elements.toml). Parts: nav, heading, list, item, image, link, meta, date, score, excerpt. It
// speaks the language of the page around it. If there is nothing to show, the element's own content stays.

(() => {
  "use strict";
  const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
  const FORMAT = 1;
  const REMEDY = "Run `semblance site` again and publish its whole folder";
  const script = document.currentScript ?? document.querySelector('script[src*="related-posts.js"]');
  // In a bundle of modules there is no such script: a <link rel="semblance"> names the folder then.
  const place = script?.getAttribute("src") ?? document.querySelector("link[rel=semblance]")?.getAttribute("href") ?? "/semblance/";
  const folder = new URL(".", new URL(place, document.baseURI));
  const root = new URL("..", folder);
  const sheet = new CSSStyleSheet();
  // Colours are mixed from the page's own, so that they fit its light and its dark theme.
  sheet.replaceSync(`
    :host { display: block; margin-block: 2.5em }
    :host([hidden]) { display: none }
    nav { border-block-start: 1px solid var(--related-posts-line, color-mix(in srgb, currentColor 20%, transparent));
      padding-block-start: 1.5em; overflow-wrap: anywhere; line-height: 1.45 }
    [part=heading] { font-size: 1.25em; line-height: 1.25; margin: 0 0 1em }
    ul { display: grid; gap: var(--related-posts-gap, 1.5em 2em); margin: 0; padding: 0; list-style: none;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, var(--related-posts-column, 17em)), 1fr)) }
    li { display: flex; gap: 1em; align-items: start; position: relative }
    li > div { flex: 1; min-inline-size: 0 }
    img { flex: none; inline-size: var(--related-posts-image, 6em); aspect-ratio: 4 / 3; object-fit: cover;
      border-radius: var(--related-posts-radius, 6px) }
    a { color: var(--related-posts-link, inherit); font-weight: 600; text-underline-offset: .15em;
      text-decoration: underline color-mix(in srgb, currentColor 35%, transparent) }
    a::after { content: ""; position: absolute; inset: 0 }
    li:hover a { text-decoration-color: currentColor }
    p { margin: .3em 0 0; font-size: .875em; color: var(--related-posts-quiet, color-mix(in srgb, currentColor 75%, transparent)) }
    [part=meta] { display: flex; flex-wrap: wrap; gap: 0 1em }
    [part=excerpt] { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: var(--related-posts-lines, 3);
      overflow: hidden }`);

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

  function make(tag, part, content = [], properties = {}) {
    const node = document.createElement(tag);
    if (part) node.setAttribute("part", part);
    node.append(...[content].flat());
    return Object.assign(node, properties);
  }

  /** The key that names a page's file: the page's path from the site's root, whatever form the host gives it. */
  function keyOf(page) {
    const [path, base] = [page.pathname, root.pathname].map(decodeURIComponent);
    if (path + "/" === base) return "index";
    if (!path.startsWith(base)) throw Error(`${path} is not below ${base}: the folder of this script belongs at the site's root`);
    return path.slice(base.length).replace(/(^|\/)index\.html?$|\/+$/, "").replace(/\.html?$/, "") || "index";
  }

  async function fetchRelated(page) {
    const path = keyOf(page).split("/").map(encodeURIComponent).join("/");
    const response = await fetch(new URL(`related/${path}.json`, folder));
    if (!response.ok) throw Error(`no data for this page (${response.status}). If it is a post: ${REMEDY}.`);
    const data = await response.json().catch(() => ({})); // some hosts answer any address with a page
    if (data.format === FORMAT) return data.related;
    throw Error(`the data has format ${data.format}, this script reads ${FORMAT}: they are of two versions. ${REMEDY}, then reload.`);
  }

  function localDate(date, language) {
    const day = date.slice(0, 10); // the author's date, independent of the reader's time zone
    try {
      return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day));
    } catch {
      return day;
    }
  }

  class RelatedPosts extends HTMLElement {
    connectedCallback() {
      const { page, feed } = this.#options();
      const done = feed
        ? import(/* @vite-ignore */ new URL("feed.js", folder).href).then((module) => module.mount(this, new URL(feed, document.baseURI).href))
        : fetchRelated(new URL(page ?? location.href, root)).then((posts) => this.show(posts));
      done.catch((error) => console.warn(`<related-posts>: ${error.message}`));
    }

    /** Show the posts that the attributes admit. Their addresses may be relative to the site's root. */
    show(posts) {
      const { number = Infinity, threshold = -1, "not-older-than": oldest = "" } = this.#options();
      const fit = posts.filter((post) => post.score >= threshold && (post.date ?? "") >= oldest).slice(0, number);
      if (!fit.length) return;
      const say = this.sentences(MESSAGES);
      const { heading = say("heading"), "heading-level": level = 2 } = this.#options();
      const nav = make("nav", "nav", [], { ariaLabel: heading || say("heading") });
      if (heading) nav.append(make(`h${level}`, "heading", heading));
      nav.append(make("ul", "list", fit.map((post) => this.#item(post)), { role: "list" }));
      const shadow = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      shadow.replaceChildren(nav);
    }

    /** What the element says of some messages: see `sentences`. The script of the no-build mode has its own. */
    sentences(ofAll) {
      return sentences(this, ofAll);
    }

    #options() {
      return Object.fromEntries([...this.attributes].map(({ name, value }) => [name, value]));
    }

    #item({ url, title, date, image, excerpt, score }) {
      const shown = (this.getAttribute("show") ?? "image date excerpt").split(" ");
      const language = this.closest("[lang]")?.getAttribute("lang") || undefined;
      const text = make("div", "", make("a", "link", title, { href: address(url) }));
      const meta = make("p", "meta");
      if (date && shown.includes("date")) meta.append(make("time", "date", localDate(date, language), { dateTime: date }));
      if (shown.includes("score")) meta.append(make("span", "score", this.sentences(MESSAGES)("cosine", { cosine: score.toFixed(2) })));
      if (meta.firstChild) text.append(meta);
      if (excerpt && shown.includes("excerpt")) text.append(make("p", "excerpt", excerpt));
      const item = make("li", "item", text);
      if (image && shown.includes("image")) {
        const picture = make("img", "image", [], { alt: "", loading: "lazy", decoding: "async", src: address(image) });
        picture.onerror = () => picture.remove();
        item.prepend(picture);
      }
      return item;
    }
  }

  /** An address from the data, or "" if it could run code. */
  function address(url) {
    const absolute = new URL(url, root);
    return /^https?:$/.test(absolute.protocol) ? absolute.href : "";
  }

  if (!customElements.get("related-posts")) customElements.define("related-posts", RelatedPosts);
})();
