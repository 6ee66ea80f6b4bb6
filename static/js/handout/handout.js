// Makes a page that hands out a collection: the double-click edition as one file, with a collection in it that can only be read.
// The build has left a kit of it (py/semblance_build/offline/handout.py), to which the large files are added here.

import { asset, HANDED_OUT } from "../assets.js";
import { download, fetchJson } from "../download.js";
import { Client } from "../rpc.js";

const KIT = "static/handout/kit.json";
const PARTS = "static/handout/parts.txt";

/**
 * The app's part of a page, which is the same for all collections of a model: {kit, files, blob}.
 *
 * @param {{path: string, content?: Blob}[]} model  the files of the model, some with another content than the site's
 * @param {(done: number, all: number) => void} onProgress
 */
export async function packApp(model, onProgress) {
  const worker = new Client(asset("static/js/handout/handout.worker.js"));
  try {
    const kit = await fetchJson(asset(KIT));
    const parts = await download(asset(PARTS));
    const wanted = [...kit.files.map((path) => ({ path })), ...model];
    const files = [];
    for (const file of wanted) {
      onProgress(files.length, wanted.length);
      files.push(await worker.call("pack", file));
    }
    return { kit, files, blob: new Blob([parts, ...files.map(({ blob }) => blob)]) };
  } finally {
    worker.terminate();
  }
}

/** The part of a page that holds a collection, which is given as a backup. */
export async function packCollection(content) {
  const worker = new Client(asset("static/js/handout/handout.worker.js"));
  try {
    return await worker.call("pack", { path: HANDED_OUT, content });
  } finally {
    worker.terminate();
  }
}

/** The page, of both parts. Nothing of the collection is in it but as packed bytes, which no browser takes for markup. */
export function page({ kit, files, blob }, collection) {
  const { before, after, contents } = kit;
  const all = [...files, collection];
  const groups = Object.fromEntries(all.map(({ group, parts }) => [group, { parts }]));
  const entries = Object.fromEntries(all.map(({ path, group, bytes }) => [path, { group, bytes }]));
  const table = { ...contents, groups: { ...contents.groups, ...groups }, files: { ...contents.files, ...entries } };
  const described = `<script type="application/json" id="packed-contents">${JSON.stringify(table)}</script>`;
  return new Blob([before, described, blob, collection.blob, after], { type: "text/html" });
}
