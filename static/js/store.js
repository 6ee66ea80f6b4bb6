// Collections in IndexedDB. py/semblance/browser/indexeddb.py is the Python face, py/semblance/ports.py says what each
// method promises.
//
//   collections   {key, name, model, encoder_fingerprint, dims, created}     key: "key"
//   vectors       {title, source, fingerprint, image: boolean, passages: p, vectors: Float32Array of p*d}   key: as items
//   items         {content, rest: JSON text}                                 key: [collection key, item id]
//   thumbnails    Uint8Array, for an item that is a picture                  key: [collection key, item id]
//   originals     Uint8Array, where the user wants the file kept             key: [collection key, item id]
//   settings      any value                                                  key: its name
//
// An item's vectors, text and picture are written in one transaction but kept apart, so that ranking and listing need not
// load texts, nor filtering pictures.

import { openDB } from "../vendor/idb/index.js";
import { SemblanceError } from "./errors.js";

/** `migrations[i]` takes a database from schema version i to i + 1. Never change one that was released: add another. */
export const migrations = [
  (db) => {
    db.createObjectStore("collections", { keyPath: "key" });
    db.createObjectStore("vectors");
    db.createObjectStore("items");
  },
  (db) => {
    db.createObjectStore("settings");
  },
  (db) => {
    db.createObjectStore("thumbnails");
    db.createObjectStore("originals");
  },
];

const TYPES = {
  QuotaExceededError: ["QuotaExceeded", "the browser's storage for this site is full"],
  VersionError: ["SchemaTooNew", "the stored data was written by a newer version"],
  InvalidStateError: ["StoreUnavailable", "the browser does not let this page store data"],
  SecurityError: ["StoreUnavailable", "the browser does not let this page store data"],
  UnknownError: ["StoreUnavailable", "the browser's storage reported a fault"],
  NotFoundError: ["StoreUnavailable", "the stored data lacks a part"],
};

function translate(error) {
  if (error instanceof SemblanceError) return error;
  const [type, message] = TYPES[error?.name] ?? ["StoreError", error?.message ?? "the browser's storage reported a fault"];
  return new SemblanceError(type, message);
}

const guarded = (method) =>
  async (...args) => {
    try {
      return await method(...args);
    } catch (error) {
      throw translate(error);
    }
  };

const PICTURE_STORES = ["thumbnails", "originals"];
const ITEM_STORES = ["vectors", "items", ...PICTURE_STORES];

// Arrays sort after strings in IndexedDB, so [key, []] comes after every [key, id].
const allOf = (key, after = null) =>
  after === null ? IDBKeyRange.bound([key], [key, []]) : IDBKeyRange.bound([key, after], [key, []], true);

/** The vectors of several items as one flat array, with each item's number of values and of passages. */
function pack(values) {
  const lengths = Int32Array.from(values, ({ vectors }) => vectors.length);
  const flat = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const { vectors } of values) {
    flat.set(vectors, offset);
    offset += vectors.length;
  }
  return { flat, lengths, passages: Int32Array.from(values, ({ passages }) => passages) };
}

function connect(db, channel) {
  const changed = (key) => channel?.postMessage(key);

  /** Run `work` in one transaction: all of it is kept, or nothing. */
  async function write(stores, key, work) {
    const tx = db.transaction(stores, "readwrite");
    try {
      work(...stores.map((name) => tx.objectStore(name)));
    } catch (error) {
      tx.abort();
      await tx.done.catch(() => {});
      throw error;
    }
    await tx.done;
    changed(key);
  }

  return {
    async collections() {
      const tx = db.transaction(["collections", "vectors"]);
      const infos = await tx.objectStore("collections").getAll();
      const counts = await Promise.all(infos.map(({ key }) => tx.objectStore("vectors").count(allOf(key))));
      return infos.map((info, i) => ({ ...info, count: counts[i] })).sort((a, b) => a.created - b.created);
    },

    putCollection: (info) => write(["collections"], info.key, (collections) => collections.put(info)),

    drop: (key) =>
      write(["collections", ...ITEM_STORES], key, (collections, ...stores) => {
        collections.delete(key);
        for (const store of stores) store.delete(allOf(key));
      }),

    /** Up to `limit` items whose id comes after `after`, without their texts. */
    async entries(key, after, limit) {
      const store = db.transaction("vectors").store;
      const range = allOf(key, after);
      const [keys, values] = await Promise.all([store.getAllKeys(range, limit), store.getAll(range, limit)]);
      return {
        ids: keys.map(([, id]) => id),
        titles: values.map(({ title }) => title),
        sources: values.map(({ source }) => source),
        fingerprints: values.map(({ fingerprint }) => fingerprint),
        images: values.map(({ image }) => image === true),
        ...pack(values),
      };
    },

    /** The items asked for, and of pictures what lies in the stores that are named. */
    async records(key, ids, pictureStores) {
      const tx = db.transaction(ITEM_STORES);
      const read = (name) => Promise.all(ids.map((id) => tx.objectStore(name).get([key, id])));
      const readPictures = (name) => (pictureStores.includes(name) ? read(name) : []);
      const reading = [read("vectors"), read("items"), ...PICTURE_STORES.map(readPictures)];
      const [vectors, items, thumbnails, originals] = await Promise.all(reading);
      const found = ids.map((_, i) => i).filter((i) => vectors[i]);
      return {
        items: found.map((i) => {
          const { title, source, fingerprint } = vectors[i];
          const pixels = { thumbnail: thumbnails[i] ?? null, original: originals[i] ?? null };
          return { id: ids[i], title, source, fingerprint, ...items[i], ...pixels };
        }),
        ...pack(found.map((i) => vectors[i])),
      };
    },

    /** The next `lengths[i]` values of `flat`, in `passages[i]` rows, belong to `items[i]`. */
    write: (key, items, passages, lengths, flat) =>
      write(ITEM_STORES, key, (vectorStore, itemStore, ...pictureStores) => {
        let offset = 0;
        items.forEach(({ id, title, source, fingerprint, content, rest, image, ...pixels }, i) => {
          const vectors = flat.slice(offset, (offset += lengths[i]));
          vectorStore.put({ title, source, fingerprint, image, passages: passages[i], vectors }, [key, id]);
          itemStore.put({ content, rest }, [key, id]);
          for (const store of pictureStores) {
            if (pixels[store.name]) store.put(pixels[store.name], [key, id]);
            else store.delete([key, id]);
          }
        });
      }),

    delete: (key, ids) =>
      write(ITEM_STORES, key, (...stores) => {
        for (const id of ids) for (const store of stores) store.delete([key, id]);
      }),

    getSetting: (name) => db.get("settings", name),
    putSetting: (name, value) => db.put("settings", value, name),

    close() {
      channel?.close();
      db.close();
    },
  };
}

/**
 * Open the store, migrating an older schema.
 *
 * @param {string} name  of the database
 * @param {{onChange?: (key: string) => void, onClosed?: () => void}} listeners
 *   `onChange`: another tab changed a collection; `onClosed`: a newer version of the page asked for the database.
 * @param {number} version  only a test of migrations passes one
 */
export const openStore = guarded(async (name, { onChange, onClosed } = {}, version = migrations.length) => {
  if (!globalThis.indexedDB) throw new SemblanceError("StoreUnavailable", "this browser has no storage for pages");
  let refuse;
  const blocked = new Promise((_, reject) => {
    refuse = () => reject(new SemblanceError("StoreBlocked", "another tab holds an older version of the stored data open"));
  });
  const opening = openDB(name, version, {
    upgrade: (db, from) => migrations.slice(from, version).forEach((migrate) => migrate(db)),
    blocked: () => refuse(),
    blocking: (_current, _next, event) => {
      event.target.close();
      onClosed?.();
    },
    terminated: () => onClosed?.(),
  });
  const db = await Promise.race([opening, blocked]);
  const channel = onChange && globalThis.BroadcastChannel ? new BroadcastChannel(`semblance:${name}`) : null;
  if (channel) channel.onmessage = ({ data }) => onChange(data);
  const store = connect(db, channel);
  return Object.fromEntries(
    Object.entries(store).map(([method, call]) => [method, method === "close" ? call : guarded(call)]),
  );
});

/** {used, quota, persisted}; undefined for what the browser does not tell. */
export async function storageEstimate() {
  const { usage: used, quota } = (await navigator.storage?.estimate?.().catch(() => {})) ?? {};
  const persisted = await navigator.storage?.persisted?.().catch(() => {});
  return { used, quota, persisted };
}

/** Ask the browser not to clear this site's data when space runs short. */
export const askForPersistence = async () => (await navigator.storage?.persist?.().catch(() => false)) ?? false;
