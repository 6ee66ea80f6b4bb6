// Collections in IndexedDB. py/semblance/browser/indexeddb.py calls this module. py/semblance/ports.py says what each method
// promises.
//
//   collections   {key, name, model, encoder_fingerprint, dims, created, count: of its items}     key: "key"
//                 replaces: key of the collection whose place it has, or is to take; it may lack
//   blocks        what ranking and listing need of many items: blocks.js     key: [collection key, number]
//   items         {title, source, fingerprint, content, rest: JSON text, block: number}   key: [collection key, item id]
//   thumbnails    Uint8Array, for an item that is a picture                  key: [collection key, item id]
//   originals     Uint8Array, where the user wants the file kept             key: [collection key, item id]
//   words         Uint8Array: how often which word occurs in an item         key: [collection key, item id]
//   settings      any value                                                  key: its name
//
// An item's vectors, text and picture are written in one transaction but kept apart: ranking and listing then load no texts,
// and filtering loads no pictures. New items go to the collection's last block.

import { openDB } from "../vendor/idb/index.js";
import { append, flat, quantized, remove, unpacked } from "./blocks.js";
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
  async (db, tx) => {
    const [blocks, items, vectors] = [db.createObjectStore("blocks"), tx.objectStore("items"), tx.objectStore("vectors")];
    for (const key of await keysIn(vectors)) await intoBlocks(key, vectors, items, blocks); // also where the collection is gone
    db.deleteObjectStore("vectors");
  },
  async (db, tx) => {
    const [collections, items] = [tx.objectStore("collections"), tx.objectStore("items")];
    for (const info of await collections.getAll()) collections.put({ ...info, count: await items.count(allOf(info.key)) });
  },
  (db) => {
    db.createObjectStore("words");
  },
];

/** Move the light parts of a collection into blocks. Schema 3 kept one record an item, with vectors in float32. */
async function intoBlocks(key, vectors, items, blocks) {
  for (let after = null; ; ) {
    const range = allOf(key, after);
    const [keys, values] = await Promise.all([vectors.getAllKeys(range, 250), vectors.getAll(range, 250)]);
    if (!keys.length) return;
    const moved = values.map(({ title, source, fingerprint, image = false, passages, vectors: rows }, i) => {
      const dims = rows.length / passages;
      return { id: keys[i][1], title, source, fingerprint, image, dims, passages, codes: quantized(rows, dims) };
    });
    const numbers = await append(blocks, allOf(key), key, moved);
    for (const { id, title, source, fingerprint } of moved) {
      const item = await items.get([key, id]);
      if (item) items.put({ title, source, fingerprint, ...item, block: numbers.get(id) }, [key, id]);
    }
    after = keys.at(-1)[1];
  }
}

const TYPES = {
  QuotaExceededError: ["QuotaExceeded", "full"],
  VersionError: ["SchemaTooNew", "newer_data"],
  InvalidStateError: ["StoreUnavailable", "not_allowed"],
  SecurityError: ["StoreUnavailable", "not_allowed"],
  UnknownError: ["StoreUnavailable", "storage_fault"],
  NotFoundError: ["StoreUnavailable", "lacks_part"],
};

function translate(error) {
  if (error instanceof SemblanceError) return error;
  const [type, key] = TYPES[error?.name] ?? ["StoreError", error?.message ?? "storage_fault"];
  return new SemblanceError(type, key);
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
const SIDE_STORES = [...PICTURE_STORES, "words"];
const ITEM_STORES = ["blocks", "items", ...SIDE_STORES];

// Arrays sort after strings in IndexedDB, so [key, []] comes after every [key, id].
const allOf = (key, after = null) =>
  after === null ? IDBKeyRange.bound([key], [key, []]) : IDBKeyRange.bound([key, after], [key, []], true);

/** Read a collection's description in the transaction that changes it: another tab may have deleted the collection. */
async function described(collections, key) {
  const info = await collections.get(key);
  if (!info) throw new SemblanceError("UnknownCollection", "deleted");
  return info;
}

/** Put a description. A name that another collection has is refused. `before` is the description to be replaced, if any. */
async function putInfo(collections, info, before) {
  const taken = before?.name !== info.name && (await collections.getAll()).some(({ name }) => name === info.name);
  if (taken) throw new SemblanceError("NameTaken", "name_taken", {}, info.name);
  collections.put(info);
}

/** Keys of the collections that have something in a store. No value is read for that. */
async function keysIn(store) {
  const keys = [];
  let cursor = await store.openKeyCursor();
  while (cursor) {
    const [key] = cursor.key;
    keys.push(key);
    cursor = await cursor.continue([key, []]);
  }
  return keys;
}

/** Put items that have no vectors into a block, with zeros. A migration left such items where the collection was gone. */
async function withBlocks(key, items, blocks) {
  for (let after = null; ; ) {
    const range = allOf(key, after);
    const [keys, values] = await Promise.all([items.getAllKeys(range, 250), items.getAll(range, 250)]);
    if (!keys.length) return;
    const bare = values.map(({ title = "", source = "", fingerprint = "", content, rest, block }, i) => {
      const { passages, picture } = JSON.parse(rest);
      const [image, codes] = [Boolean(picture), new Int8Array(passages.length)];
      const light = { id: keys[i][1], title, source, fingerprint, image, dims: 1, passages: passages.length, codes };
      return { light, content, rest, block };
    });
    const without = bare.filter(({ block }) => block === undefined);
    const numbers = await append(blocks, allOf(key), key, without.map(({ light }) => light));
    for (const { light: { id, title, source, fingerprint }, content, rest } of without) {
      items.put({ title, source, fingerprint, content, rest, block: numbers.get(id) }, [key, id]);
    }
    after = keys.at(-1)[1];
  }
}

/** Whether a collection holds exactly the items of a Map of fingerprints by id. */
async function holds(blocks, key, fingerprints) {
  let count = 0;
  for (let after = null; ; ) {
    const range = allOf(key, after);
    const [keys, values] = await Promise.all([blocks.getAllKeys(range, 4), blocks.getAll(range, 4)]);
    if (!keys.length) return count === fingerprints.size;
    for (const { id, fingerprint } of values.flatMap(unpacked)) {
      if (fingerprints.get(id) !== fingerprint) return false;
      count += 1;
    }
    after = keys.at(-1)[1];
  }
}

/** Abort a transaction, unless it has ended already. */
function abort(tx) {
  try {
    tx.abort();
  } catch {
    // It has ended.
  }
}

/** Map of item id to the number of its block. Unknown ids are left out. */
async function blocksOf(items, key, ids) {
  const stored = await Promise.all(ids.map((id) => items.get([key, id])));
  return new Map(ids.map((id, i) => [id, stored[i]?.block]).filter(([, block]) => block !== undefined));
}

function connect(db, channel) {
  const changed = (key) => channel?.postMessage(key);

  /** Run `work` in one transaction: either all of it is written or nothing. */
  async function write(stores, key, work) {
    const tx = db.transaction(stores, "readwrite");
    try {
      await work(...stores.map((name) => tx.objectStore(name)));
    } catch (error) {
      abort(tx);
      const reason = await tx.done.catch((cause) => cause); // tells of a full disk, if that stopped the work
      throw !reason || reason.name === "AbortError" ? error : reason;
    }
    await tx.done;
    changed(key);
  }

  return {
    async collections() {
      return (await db.getAll("collections")).sort((a, b) => a.created - b.created);
    },

    putCollection: (info) =>
      write(["collections", "blocks", "items"], info.key, async (collections, blocks, items) => {
        const before = await collections.get(info.key);
        const count = before?.count ?? (await items.count(allOf(info.key)));
        await putInfo(collections, { ...info, count }, before);
        if (!before && count) await withBlocks(info.key, items, blocks);
      }),

    /** Change fields of a description. Returns the whole description. */
    async describe(key, fields) {
      let info;
      await write(["collections"], key, async (collections) => {
        const before = await described(collections, key);
        info = { ...before, ...fields };
        await putInfo(collections, info, before);
      });
      return info;
    },

    drop: (key) =>
      write(["collections", ...ITEM_STORES], key, (collections, ...stores) => {
        collections.delete(key);
        for (const store of stores) store.delete(allOf(key));
      }),

    /** Put a collection into the place of another, if that holds just these items. Returns whether it did. */
    async replace(key, by, ids, fingerprints) {
      let isDone = false;
      await write(["collections", ...ITEM_STORES], key, async (collections, blocks, ...stores) => {
        const [before, info] = [await described(collections, key), await described(collections, by)];
        isDone = await holds(blocks, key, new Map(ids.map((id, i) => [id, fingerprints[i]])));
        if (!isDone) return;
        collections.delete(key);
        collections.put({ ...info, name: before.name, created: before.created, replaces: key });
        for (const store of [blocks, ...stores]) store.delete(allOf(key));
      });
      if (isDone) changed(by);
      return isDone;
    },

    /** Up to `limit` blocks with numbers above `after`: {blocks, last: number of the last block}. */
    async entries(key, after, limit) {
      const store = db.transaction("blocks").store;
      const range = allOf(key, after);
      const [keys, blocks] = await Promise.all([store.getAllKeys(range, limit), store.getAll(range, limit)]);
      return { blocks, last: keys.at(-1)?.[1] };
    },

    /** Ids of all items of a collection. */
    ids: async (key) => (await db.getAllKeys("items", allOf(key))).map(([, id]) => id),

    /** Items by their ids. `withVectors` adds their vectors, `pictureStores` names the stores whose pictures are read. */
    async records(key, ids, withVectors, pictureStores) {
      const tx = db.transaction(ITEM_STORES);
      const read = (name) => Promise.all(ids.map((id) => tx.objectStore(name).get([key, id])));
      const readPictures = (name) => (pictureStores.includes(name) ? read(name) : []);
      const [items, thumbnails, originals] = await Promise.all([read("items"), ...PICTURE_STORES.map(readPictures)]);
      const numbers = withVectors ? [...new Set(items.filter(Boolean).map(({ block }) => block))] : [];
      const blocks = await Promise.all(numbers.map((number) => tx.objectStore("blocks").get([key, number])));
      const light = new Map(blocks.flatMap(unpacked).map((item) => [item.id, item]));
      const positions = ids.map((_, i) => i).filter((i) => items[i]); // unknown ids are left out
      const parts = withVectors ? positions.map((i) => light.get(ids[i])) : [];
      return {
        items: positions.map((i) => {
          const pixels = { thumbnail: thumbnails[i] ?? null, original: originals[i] ?? null };
          return { id: ids[i], ...items[i], ...pixels };
        }),
        passages: Int32Array.from(parts, ({ passages }) => passages),
        dims: Int32Array.from(parts, ({ dims }) => dims),
        codes: flat(parts),
      };
    },

    /** The next `passages[i]` rows of `dims[i]` in `codes` belong to `items[i]`. */
    write: (key, items, passages, dims, codes) =>
      write(["collections", ...ITEM_STORES], key, async (collections, blocks, itemStore, ...sideStores) => {
        const info = await described(collections, key);
        let end = 0;
        const light = items.map(({ content, rest, thumbnails, originals, words, ...fields }, i) => {
          const rows = codes.subarray(end, (end += passages[i] * dims[i]));
          return { ...fields, dims: dims[i], passages: passages[i], codes: rows };
        });
        const last = new Map(light.map((item) => [item.id, item])); // if two have the same id, the last one counts
        const replaced = await blocksOf(itemStore, key, [...last.keys()]);
        await remove(blocks, key, replaced);
        // Counting all items would take a browser seconds in a large collection.
        collections.put({ ...info, count: info.count + last.size - replaced.size });
        const numbers = await append(blocks, allOf(key), key, [...last.values()]);
        for (const { id, title, source, fingerprint, content, rest, ...sides } of items) {
          itemStore.put({ title, source, fingerprint, content, rest, block: numbers.get(id) }, [key, id]);
          for (const store of sideStores) {
            if (sides[store.name]) store.put(sides[store.name], [key, id]);
            else store.delete([key, id]);
          }
        }
      }),

    /** Up to `limit` counts of words, of items with ids above `after`: {ids, counts}. */
    async words(key, after, limit) {
      const store = db.transaction("words").store;
      const range = allOf(key, after);
      const [keys, counts] = await Promise.all([store.getAllKeys(range, limit), store.getAll(range, limit)]);
      return { ids: keys.map(([, id]) => id), counts };
    },

    /** Add counts of words to the items that have these fingerprints. Other tabs need not know. */
    async writeWords(key, counted) {
      const tx = db.transaction(["items", "words"], "readwrite");
      for (const { id, fingerprint, words } of counted) {
        const item = await tx.objectStore("items").get([key, id]);
        if (item?.fingerprint === fingerprint) tx.objectStore("words").put(words, [key, id]);
      }
      await tx.done;
    },

    delete: (key, ids) =>
      write(["collections", ...ITEM_STORES], key, async (collections, blocks, ...stores) => {
        const info = await described(collections, key);
        const numbers = await blocksOf(stores[0], key, ids);
        await remove(blocks, key, numbers);
        collections.put({ ...info, count: info.count - numbers.size });
        for (const id of ids) for (const store of stores) store.delete([key, id]);
      }),

    /** Keys under which something is stored but no collection: [[key, number of items]]. */
    async orphans() {
      const tx = db.transaction(["collections", ...ITEM_STORES]);
      const keys = (await Promise.all(ITEM_STORES.map((name) => keysIn(tx.objectStore(name))))).flat();
      const known = new Set(await tx.objectStore("collections").getAllKeys());
      const orphaned = [...new Set(keys)].filter((key) => !known.has(key));
      return Promise.all(orphaned.map(async (key) => [key, await tx.objectStore("items").count(allOf(key))]));
    },

    getSetting: (name) => db.get("settings", name),
    putSetting: (name, value) => db.put("settings", value, name),
    deleteSetting: (name) => db.delete("settings", name),

    /** The settings whose names begin with a prefix: [[name, value]]. */
    async settings(prefix) {
      const store = db.transaction("settings").store;
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const [names, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      return names.map((name, i) => [name, values[i]]);
    },

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
 * @param {{onChange?: (key: string) => void, onClosed?: (byNewer: boolean) => void}} listeners
 *   `onChange`: another tab changed a collection; `onClosed`: a newer version of the page asked for the database (true), or the
 *   browser cleared or closed it (false).
 * @param {number} version  only a test of migrations passes one
 */
export const openStore = guarded(async (name, { onChange, onClosed } = {}, version = migrations.length) => {
  if (!globalThis.indexedDB) throw new SemblanceError("StoreUnavailable", "no_storage");
  let refuse;
  const blocked = new Promise((_, reject) => {
    refuse = () => reject(new SemblanceError("StoreBlocked", "older_version"));
  });
  let isClosed = false;
  const end = (byNewer) => {
    isClosed = true;
    onClosed?.(byNewer);
  };
  const translated = (error) => {
    throw isClosed && error?.name === "InvalidStateError" ? new SemblanceError("StoreClosed", "closed") : error;
  };
  const opening = openDB(name, version, {
    upgrade: async (db, from, _to, tx) => {
      try {
        for (const migrate of migrations.slice(from, version)) await migrate(db, tx);
      } catch {
        abort(tx); // `opening` then rejects
      }
    },
    blocked: () => refuse(),
    blocking: (_current, next, event) => {
      event.target.close();
      end(next !== null); // null: the database is deleted
    },
    terminated: () => end(false),
  });
  const db = await Promise.race([opening, blocked]);
  const channel = onChange && globalThis.BroadcastChannel ? new BroadcastChannel(`semblance:${name}`) : null;
  if (channel) channel.onmessage = ({ data }) => onChange(data);
  const store = connect(db, channel);
  return Object.fromEntries(
    Object.entries(store).map(([method, call]) => {
      const named = guarded((...args) => (async () => call(...args))().catch(translated));
      return [method, method === "close" ? call : named];
    }),
  );
});

/** {used, quota, persisted}. A value that the browser does not tell is undefined. */
export async function storageEstimate() {
  const { usage: used, quota } = (await navigator.storage?.estimate?.().catch(() => {})) ?? {};
  const persisted = await navigator.storage?.persisted?.().catch(() => {});
  return { used, quota, persisted };
}

/** Ask the browser not to clear this site's data when space runs short. */
export const askForPersistence = async () => (await navigator.storage?.persist?.().catch(() => false)) ?? false;
