// The one place that knows where files are. Everything that is fetched, imported or started as a worker asks here,
// so that the site works under any path, and so that another edition can serve the same files in another way.

const root = new URL("../../", import.meta.url);

/** Absolute address of a file of the site, given its path from the site's root. */
export const asset = (path) => new URL(path, root).href;
