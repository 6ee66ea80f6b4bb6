// What a photo's time goes into, one photo after another: the app's own encoder, step by step, on a page of its own.

import { photos } from "./photos.js";

const python = new Promise((resolve) => {
  window.startBench = (load, stages) => resolve({ load, stages });
});

window.bench = {
  /** Make one of the site's models the one that is measured. */
  load: async (name) => (await python).load(name),

  /** -> {preparing, inference: milliseconds of each photo, vectors: an array each} */
  async stages(addresses) {
    const { preparing, inference, vectors } = await (await python).stages(await photos(addresses));
    return { preparing, inference, vectors };
  },
};
