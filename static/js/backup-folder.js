// Keeps a file up to date in a folder of the user's, where the browser gives pages a handle of one.

/** Ask for a folder that may be written to; null if the user chose none. */
export const chooseFolder = () => globalThis.showDirectoryPicker({ mode: "readwrite" }).catch(() => null);

/** Whether the page may write to a folder. `ask`: the browser may ask the user, which it does only upon a click. */
export async function mayWrite(folder, ask) {
  const state = await (ask ? folder.requestPermission({ mode: "readwrite" }) : folder.queryPermission({ mode: "readwrite" }));
  return state === "granted";
}

/** Write a file, the earlier one staying until the new one is whole. Resolves with the bytes that are there then. */
export async function replaceFile(folder, name, blob) {
  const file = await folder.getFileHandle(name, { create: true });
  const writing = await file.createWritable();
  await writing.write(blob);
  await writing.close();
  return new Uint8Array(await (await file.getFile()).arrayBuffer());
}
