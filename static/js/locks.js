// Locks tell the other tabs of the site that something still goes on in this one. They end with the tab, however it ends.
// Where there are none (on plain http), no tab knows of another.

/** Hold a lock until the returned function is called, or the tab ends. */
export function holdLock(name) {
  let release = () => {};
  navigator.locks?.request(name, () => new Promise((resolve) => (release = resolve))).catch(() => {});
  return () => release();
}

/** Names of the locks that any tab holds. */
export async function heldLocks() {
  const { held = [] } = (await navigator.locks?.query().catch(() => {})) ?? {};
  return held.map(({ name }) => name);
}
