// No-build mode of <related-posts>: with feed="/feed.xml" the reader's browser finds the related posts itself.
//
// related-posts.js loads this file. This file loads the rest from the engine's folder. The attribute `engine` names the folder,
// or else index.json beside this file does.

const folder = new URL(".", import.meta.url);

/** Offer to find the related posts, or show the posts that this browser found earlier. */
export async function mount(element, feed) {
  const { mountFeed } = await import(new URL("static/js/blog/engine/feed-posts.js", await engineFor(element)));
  return mountFeed(element, feed);
}

async function engineFor(element) {
  const named = element.getAttribute("engine");
  if (named) return new URL(named.replace(/\/?$/, "/"), document.baseURI);
  const response = await fetch(new URL("index.json", folder));
  if (!response.ok) throw Error(`${response.url} can't be loaded (${response.status}). Name the engine's folder: engine="..."`);
  return new URL((await response.json()).engine, folder);
}
