// Reads Markdown with markdown-it. What becomes elements, DOMPurify passes, and only as text in shapes: nothing is loaded from
// elsewhere, nothing runs, and a link leads out of the site or nowhere. HTML inside Markdown stays text.

import MarkdownIt from "../vendor/markdown-it/markdown-it.esm.min.mjs";
import DOMPurify from "../vendor/dompurify/purify.es.mjs";

const TEXT = ["h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "code", "em", "strong", "s", "a", "span"];
const TABLES = ["table", "thead", "tbody", "tr", "th", "td"];
const PASSED = {
  ALLOWED_TAGS: [...TEXT, ...TABLES],
  ALLOWED_ATTR: ["href", "title", "start", "class"],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
};
const HEADINGS_BELOW = 2; // an item's title is a heading of the page
const SLICE_MS = 30; // then the page has a turn

const lines = new MarkdownIt({ breaks: true }); // a line of the text is a line on the page
const paragraphs = new MarkdownIt();
const purify = DOMPurify(window);
purify.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName === "A") Object.assign(node, { target: "_blank", rel: "noopener noreferrer" });
});
for (const { renderer, utils } of [lines, paragraphs]) {
  // A picture would be loaded from elsewhere: its words stand for it.
  renderer.rules.image = (tokens, at, options, env) =>
    `<span class="picture-left-out">${utils.escapeHtml(renderer.renderInlineAsText(tokens[at].children, options, env))}</span>`;
}

/**
 * The blocks of a text, one after the other, as elements.
 *
 * @param {boolean} keepsLines  whether the lines of a paragraph stay apart
 * @returns {Promise<{line: number, node: Element}[]>}  with the line of the text that each begins in, counted from 0
 */
export async function blocks(text, keepsLines) {
  const reader = keepsLines ? lines : paragraphs;
  const environment = {};
  const made = [];
  let turn = performance.now();
  for (const tokens of blocksOf(reader.parse(text, environment))) {
    const html = reader.renderer.render(tokens.map(adapted), reader.options, environment);
    const node = purify.sanitize(html, PASSED).firstElementChild;
    if (node) made.push({ line: tokens[0].map[0], node });
    if (performance.now() - turn > SLICE_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
  }
  return made;
}

/** The tokens of each block. */
function* blocksOf(tokens) {
  let start = 0;
  for (let end = 1; end <= tokens.length; end++) {
    const { level, nesting } = tokens[end - 1];
    if (level > 0 || nesting > 0) continue;
    yield tokens.slice(start, end);
    start = end;
  }
}

function adapted(token) {
  if (token.type.startsWith("heading_")) token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + HEADINGS_BELOW)}`;
  token.attrs = token.attrs?.filter(([name]) => name !== "style") ?? null; // the way in which columns are aligned
  return token;
}

/** A text without the marks of Markdown, in stretches: the tag that each is to have, or "", and its text, by turns. */
export function stretches(text) {
  const flat = [];
  for (const token of paragraphs.parse(text, {})) {
    if (token.type === "fence" || token.type === "code_block") flat.push("code", token.content, "", " ");
    if (token.type === "inline") flat.push(...inline(token.children), "", " ");
  }
  return flat;
}

const EMPHASIS = { strong_open: "strong", em_open: "em" };

function inline(tokens) {
  const [flat, open] = [[], []];
  for (const { type, content, children } of tokens) {
    if (EMPHASIS[type]) open.push(EMPHASIS[type]);
    else if (type === "strong_close" || type === "em_close") open.pop();
    else if (type === "code_inline") flat.push("code", content);
    else if (type === "softbreak" || type === "hardbreak") flat.push(open.at(-1) ?? "", " ");
    else if (type === "image") flat.push(...inline(children));
    else if (content) flat.push(open.at(-1) ?? "", content);
  }
  return flat;
}
