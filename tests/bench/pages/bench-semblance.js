// Semblance's side: the public JavaScript API on a page that holds nothing else.

import { semblance } from "./static/js/semblance.js";
import { PAIR } from "./pair.js";
import { photos } from "./photos.js";

const NAME = "bench";

/** -> {ms since navigation, score} */
window.first = semblance.similarity(...PAIR).then((score) => ({ ms: performance.now(), score }));

/** Embed items into a new collection; -> milliseconds. */
async function embed(items) {
  await (await semblance.collection(NAME)).drop();
  const collection = await semblance.collection(NAME);
  const start = performance.now();
  const { added, failed } = await collection.embedMulti(items);
  const ms = performance.now() - start;
  if (added !== items.length) throw new Error(`embedded ${added} of ${items.length}: ${JSON.stringify(failed)}`);
  return ms;
}

window.bench = {
  info: async () => ({ threads: (await semblance.ready).threads }),

  embed: (texts) => embed(texts.map((content, i) => ({ id: String(i), content }))),

  async embedPhotos(addresses) {
    const blobs = await photos(addresses);
    return embed(blobs.map((blob, i) => ({ id: addresses[i], blob })));
  },

  /** -> milliseconds that each query took. */
  async search(queries) {
    const collection = await semblance.collection(NAME);
    const times = [];
    for (const query of queries) {
      const start = performance.now();
      await collection.similar(query, { number: 10 });
      times.push(performance.now() - start);
    }
    return times;
  },
};
