// Semblance's side: the public JavaScript API on a page that holds nothing else.

import { semblance } from "./static/js/semblance.js";
import { PAIR } from "./pair.js";

const NAME = "bench";

/** -> {ms since navigation, score} */
window.first = semblance.similarity(...PAIR).then((score) => ({ ms: performance.now(), score }));

window.bench = {
  info: async () => ({ threads: (await semblance.ready).threads }),

  /** Embed the texts into a new collection; -> milliseconds. */
  async embed(texts) {
    await (await semblance.collection(NAME)).drop();
    const collection = await semblance.collection(NAME);
    const items = texts.map((content, i) => ({ id: String(i), content }));
    const start = performance.now();
    const { added, failed } = await collection.embedMulti(items);
    const ms = performance.now() - start;
    if (added !== texts.length) throw new Error(`embedded ${added} of ${texts.length}: ${JSON.stringify(failed)}`);
    return ms;
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
