// Dropped folders can only be walked through callbacks; Python gets a plain list. What can't be read there is in it with the
// file null: it must not take the rest of the drop with it, nor go missing without a word.

const readEntries = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function* walk(entry) {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    yield { path, file: await fileOf(entry).catch(() => null) };
    return;
  }
  const reader = entry.createReader();
  const next = () => readEntries(reader).catch(() => null);
  // A reader gives at most 100 entries at a time.
  let batch;
  while ((batch = await next())?.length) {
    for (const child of batch) yield* walk(child);
  }
  if (!batch) yield { path, file: null };
}

/**
 * Files and folders of a drop: [{path, file or null, folder}], where `folder` names the dropped folder, or is "" for single files.
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
