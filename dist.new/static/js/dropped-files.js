// Reads dropped folders, which only callbacks can do, and gives Python a plain list. An entry that can't be read is listed with
// the file null: the other files are still added, and the user is told about this one.

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

async function* walkHandle(handle, path) {
  if (handle.kind === "file") {
    yield { path, file: await handle.getFile().catch(() => null) };
    return;
  }
  try {
    for await (const child of handle.values()) yield* walkHandle(child, `${path}/${child.name}`);
  } catch {
    yield { path, file: null };
  }
}

/** The files of a folder, by its handle: as `walkDataTransfer` gives them. */
export async function walkFolder(handle) {
  const files = [];
  for await (const { path, file } of walkHandle(handle, handle.name)) files.push({ path, file, folder: handle.name });
  return files;
}

/** Handles of the folders in a drop, where the browser gives them: [{folder, handle}]. Call this as early as the next one. */
export async function droppedFolders(items) {
  const asked = Array.from(items, (item) => item.getAsFileSystemHandle?.().catch(() => null));
  const handles = (await Promise.all(asked)).filter((handle) => handle?.kind === "directory");
  return handles.map((handle) => ({ folder: handle.name, handle }));
}

/**
 * The files of a drop: [{path, file or null, folder}]. `folder` names the dropped folder; it is "" for single files.
 * Call this before the drop event's handler returns, because the browser then empties the list.
 */
export function walkDataTransfer(items) {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const collect = async () => {
    const files = [];
    for (const entry of entries) {
      const folder = entry.isDirectory ? entry.name : "";
      for await (const { path, file } of walk(entry)) files.push({ path, file, folder });
    }
    return files;
  };
  return collect();
}
