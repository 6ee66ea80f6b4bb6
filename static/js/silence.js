// Finds out which file of the site does not arrive, when something takes long to load. Browsers tell when a file is there, or
// that it can't be had, but not that one is still awaited. The first load that takes long loads this module.

const TICK_MS = 1000;
const PATIENCE = 5; // ticks at the least; twice what the list took comes on top, since a line may be slow or full. There are no
// ticks while Python keeps the page busy
const LIST_MS = 15_000; // after this, the list itself does not arrive
const AT_ONCE = 5; // browsers open six connections to a server, and the file itself may hold one
const MANY = /\/words\/rows\//; // a thousand small files, which have a timeout of their own

const root = new URL("../../", import.meta.url).href;

/**
 * The path of a file of the site that the server does not answer for; undefined if there is none. Files that have arrived are not asked
 * for again. Of the others it is the first byte.
 *
 * @param {(file: {model?: string}) => boolean} [may]  which files of precache.json are looked at
 */
export async function silentFile(may = () => true) {
  const arrived = new Set(performance.getEntriesByType("resource").map(({ name }) => name));
  const taken = ticking();
  const listed = await builtFiles();
  const patience = PATIENCE + 2 * taken();
  const paths = Object.keys(listed).filter(
    (path) => may(listed[path]) && !MANY.test(path) && !arrived.has(new URL(path, root).href),
  );
  let silent;
  const lookAtNext = async () => {
    while (paths.length && !silent) {
      const path = paths.shift();
      if (!(await answers(new URL(path, root), patience))) silent ??= path;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lookAtNext));
  return silent;
}

/** What precache.json says of the site's files, as the server has it now; nothing where there is no such list. */
export const builtFiles = () =>
  fetch(`${root}precache.json`, { cache: "no-cache", signal: AbortSignal.timeout(LIST_MS) })
    .then((response) => response.json())
    .then(({ files }) => files, () => ({}));

/** Count ticks, until the function that this returns is called, which gives their number. */
function ticking() {
  let ticks = 0;
  const counting = setInterval(() => ticks++, TICK_MS);
  return () => {
    clearInterval(counting);
    return ticks;
  };
}

/** Whether the server answers for a file in time, be it with a refusal. */
function answers(url, patience) {
  const abort = new AbortController();
  return new Promise((resolve) => {
    let ticks = 0;
    const counting = setInterval(() => ++ticks === patience && end(false), TICK_MS);
    const end = (is) => {
      clearInterval(counting);
      abort.abort(); // the rest of the file is not needed
      resolve(is);
    };
    fetch(url, { cache: "no-store", headers: { Range: "bytes=0-0" }, signal: abort.signal }).then(() => end(true), () => end(true));
  });
}
