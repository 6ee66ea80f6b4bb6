// Dropped folders can only be walked through callbacks; Python gets a plain list.

const readEntries = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function* walk(entry) {
  if (entry.isFile) {
    yield { path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry) };
    return;
  }
  const reader = entry.createReader();
  // A reader gives at most 100 entries at a time.
  for (let batch = await readEntries(reader); batch.length; batch = await readEntries(reader)) {
    for (const child of batch) yield* walk(child);
  }
}

/**
 * Files and folders of a drop: [{path, file, folder}], where `folder` names the dropped folder, or is "" for single files.
 * Must be called before the drop event's handler returns: the browser empties the list after that.
 */
export function walkDataTransfer(items) {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const collect = async () => {
    const found = [];
    for (const entry of entries) {
      const folder = entry.isDirectory ? entry.name : "";
      for await (const { path, file } of walk(entry)) found.push({ path, file, folder });
    }
    return found;
  };
  return collect();
}
