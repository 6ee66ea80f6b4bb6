// The only place that knows where files are. Every fetch, import and worker gets its address here. So the site works under
// any path, and another edition can serve the same files in another way.

const root = new URL("../../", import.meta.url);

/** Absolute address of a file of the site, given its path from the site's root. */
export const asset = (path) => new URL(path, root).href;
