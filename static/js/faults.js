// Finds the file of the site that is at fault when a part of the page fails: browsers don't say why a module or a worker can't be
// loaded, and a library names no file. What a part needs stands in its scripts, as the names of other files in quotes. The first
// failure loads this module, by errors.js.

import { download } from "./download.js";
import { builtFiles } from "./silence.js";

// In quotes of any of the three kinds. Packed files are not looked for: they are checked whenever they are loaded.
const QUOTED = /[\x22\x27\x60]([^\x22\x27\x60\s]+\.(?:m?js|wasm|json))[\x22\x27\x60]/g;
const EVERY = /./;
const SCRIPT = /\.m?js$/;
const IN_STACK = /https?:[^\s()@]+?\.m?js/g; // all engines write "address:line:column"

const root = new URL("../../", import.meta.url).href;
const utf8 = new TextDecoder();

const sound = new Map(); // script -> kinds of files of which all that it needs are as they were built
let listed; // promise of path -> {sha256, bytes}

/** What precache.json says of the site's files. It is asked for once, until it can be had: the double-click edition has none. */
async function listedFiles() {
  listed ??= builtFiles();
  const files = await listed;
  if (!Object.keys(files).length) listed = undefined;
  return files;
}

/** What `download` is to expect of a file of the site, by its path. */
export const expectationOf = async (path) => (await listedFiles())[path];

/**
 * The error of a file at fault: a script of the site, or one that it names, or that one of these names; undefined if all are as
 * they were built.
 *
 * @param {string} script  its path or address
 */
export const faultOf = (script) => walk(script, EVERY);

/** The same among scripts alone, which are all that a worker needs to start. */
export const scriptAtFault = (script) => walk(script, SCRIPT);

async function walk(script, kinds) {
  const first = pathOf(new URL(script, root));
  if (sound.get(first)?.includes(kinds)) return undefined;
  const built = await listedFiles();
  const seen = new Set();
  let paths = [first];
  try {
    while (paths.length) {
      const next = [...new Set(paths)].filter((path) => kinds.test(path) && built[path] && !seen.has(path));
      for (const path of next) seen.add(path);
      paths = (await Promise.all(next.map((path) => namedBy(path, built[path])))).flat();
    }
  } catch (error) {
    return atFault(error);
  }
  sound.set(first, [...(sound.get(first) ?? []), kinds]);
  return undefined;
}

/** The error of a file at fault among the scripts that an error of JavaScript's has come through; undefined if there is none. */
export async function faultBehind({ stack = "" }) {
  const built = await listedFiles();
  const paths = new Set(Array.from(stack.matchAll(IN_STACK), ([url]) => pathOf(new URL(url))));
  const checks = [...paths].filter((path) => built[path]).map((path) => namedBy(path, built[path]));
  return Promise.all(checks).then(() => {}, atFault);
}

/** A file that comes late is none at fault: the others that ask for it hold it up, too. silence.js tells whether it comes at all. */
const atFault = (error) => (error.key === "scripts.late" ? undefined : error);

const pathOf = ({ href }) => (href.startsWith(root) ? decodeURI(href.slice(root.length)) : "");

/** The paths that a file may name: from its own place, or from the site's root. Rejects if it is at fault. */
async function namedBy(path, expected) {
  const url = new URL(path, root);
  const data = await download(url.href, expected);
  if (!SCRIPT.test(path)) return [];
  return Array.from(utf8.decode(data).matchAll(QUOTED), ([, name]) => pathOf(new URL(name, name.startsWith(".") ? url : root)));
}
