// Locks tell the other tabs of the site that something still goes on in this one. They end with the tab, however it ends.
// Where there are none (on plain http), no tab knows of another.

/** Hold a lock until `release` is called, or the tab ends. `granted` says when other tabs know of it. */
export function holdLock(name) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const granted = new Promise((resolve) => {
    const ask = navigator.locks?.request(name, () => (resolve(), held));
    (ask ?? Promise.resolve()).catch(() => {}).finally(resolve);
  });
  return { granted, release: () => release() };
}

/** Names of the locks that any tab holds. */
export async function heldLocks() {
  const { held = [] } = (await navigator.locks?.query().catch(() => {})) ?? {};
  return held.map(({ name }) => name);
}
