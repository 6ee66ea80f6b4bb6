// The other side, for photos: Transformers.js with the same model's files and its own processor.

import { AutoProcessor, CLIPVisionModelWithProjection, RawImage, dtype, model as name, threads } from "./transformers.js";
import { photos } from "./photos.js";

// CLIP's class takes any model that turns `pixel_values` into `image_embeds`.
const loading = Promise.all([
  AutoProcessor.from_pretrained(name),
  CLIPVisionModelWithProjection.from_pretrained(name, { dtype }),
]);

/** Unit vectors of the photos, an array each. */
async function encode(blobs) {
  const [processor, model] = await loading;
  const images = await Promise.all(blobs.map((blob) => RawImage.read(blob)));
  const { image_embeds: vectors } = await model(await processor(images));
  return vectors.normalize(2, -1).tolist();
}

async function encodeInBatches(blobs, batch) {
  const vectors = [];
  for (let i = 0; i < blobs.length; i += batch) {
    vectors.push(...(await encode(blobs.slice(i, i + batch))));
    await scheduler.yield(); // a careful user lets the page breathe between batches
  }
  return vectors;
}

window.first = loading.then(() => true);

window.bench = {
  info: async () => (await loading, { threads: threads() }),

  /** Embed the photos; -> milliseconds. */
  async embed(addresses, batch) {
    const blobs = await photos(addresses);
    const start = performance.now();
    await encodeInBatches(blobs, batch);
    return performance.now() - start;
  },

  vectors: async (addresses) => encodeInBatches(await photos(addresses), 1),
};
