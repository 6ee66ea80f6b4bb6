// The photos that every side embeds: in memory before its clock starts, as after a person has chosen files.

const blobs = new Map();

/** The photos at these addresses, as Blobs. */
export async function photos(addresses) {
  for (const address of addresses) {
    if (!blobs.has(address)) blobs.set(address, await (await fetch(address)).blob());
  }
  return addresses.map((address) => blobs.get(address));
}
