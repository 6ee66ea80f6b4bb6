// The only place that knows where files are. Every fetch, import and worker gets its address here. So the site works under
// any path, and another edition can serve the same files in another way.

const root = new URL("../../", import.meta.url);

/** Absolute address of a file of the site, given its path from the site's root. */
export const asset = (path) => new URL(path, root).href;

/** The backup of the collection that a page hands out; only in such a page: see handout/handout.js. */
export const HANDED_OUT = "collection.semblance";

/** Whether this page hands out a collection, for readers who add nothing. */
export const isHandedOut = Boolean(globalThis.semblanceFiles?.isHandedOut);

/** The backup of the collection that this page hands out, as a Blob. */
export const handedOut = async () => (await fetch(asset(HANDED_OUT))).blob();
