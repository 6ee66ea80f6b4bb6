// The light parts of items and their vectors, as store.js keeps them: many items in one record. A browser reads a hundred
// large records much faster than a hundred thousand small ones.
//
//   block   {dims: d, light: JSON text, passages: Int32Array of n, codes: Int8Array of all passages * d}
//   light   {ids, titles, sources, fingerprints, images}: arrays of n
//
// In this file an item is {id, title, source, fingerprint, image, dims, passages, codes}.

/** A block with so many bytes of vectors is full. */
const FULL = 400_000;

const COLUMNS = { ids: "id", titles: "title", sources: "source", fingerprints: "fingerprint", images: "image" };

/** The items of a block. */
export function unpacked({ dims, light, passages, codes }) {
  const columns = JSON.parse(light);
  let end = 0;
  return columns.ids.map((_, i) => {
    const item = { dims, passages: passages[i], codes: codes.subarray(end, (end += passages[i] * dims)) };
    for (const [column, field] of Object.entries(COLUMNS)) item[field] = columns[column][i];
    return item;
  });
}

/** A block of items that have equal dimensions. */
export function packed(items) {
  const light = Object.entries(COLUMNS).map(([column, field]) => [column, items.map((item) => item[field])]);
  return {
    dims: items[0].dims,
    light: JSON.stringify(Object.fromEntries(light)),
    passages: Int32Array.from(items, ({ passages }) => passages),
    codes: flat(items),
  };
}

/** The vectors of items, one after another. */
export function flat(items) {
  const codes = new Int8Array(bytes(items));
  let offset = 0;
  for (const item of items) {
    codes.set(item.codes, offset);
    offset += item.codes.length;
  }
  return codes;
}

const bytes = (items) => items.reduce((sum, { codes }) => sum + codes.length, 0);

/**
 * Append items to a collection. They go into its last block while that has room, then into new blocks.
 *
 * @param {IDBPObjectStore} blocks
 * @param {IDBKeyRange} all  of the collection's blocks
 * @returns {Promise<Map<string, number>>}  the number of each item's block
 */
export async function append(blocks, all, key, items) {
  let number = (await blocks.openKeyCursor(all, "prev"))?.key[1] ?? -1;
  const last = number < 0 ? null : await blocks.get([key, number]);
  let filling = last && last.codes.length < FULL ? unpacked(last) : [];
  let size = bytes(filling);
  const numbers = new Map();
  const close = () => filling.length && blocks.put(packed(filling), [key, number]);
  for (const item of items) {
    if (!filling.length || size >= FULL || filling[0].dims !== item.dims) {
      close();
      [filling, size] = [[], 0];
      number++;
    }
    filling.push(item);
    size += item.codes.length;
    numbers.set(item.id, number);
  }
  close();
  return numbers;
}

/** Remove items from their blocks. `numbers` maps each item's id to the number of its block. */
export async function remove(blocks, key, numbers) {
  for (const number of new Set(numbers.values())) {
    const kept = unpacked(await blocks.get([key, number])).filter(({ id }) => numbers.get(id) !== number);
    if (kept.length) blocks.put(packed(kept), [key, number]);
    else blocks.delete([key, number]);
  }
}

/** Unit vectors as int8: what `quantize` in py/semblance/ranking/vectors.py does. */
export function quantized(vectors, dims) {
  const codes = new Int8Array(vectors.length);
  for (let start = 0; start < codes.length; start += dims) {
    const row = vectors.subarray(start, start + dims);
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    row.forEach((value, i) => (codes[start + i] = Math.round((value / largest) * 127)));
  }
  return codes;
}
