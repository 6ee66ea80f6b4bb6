/** Do something with each item, with at most `limit` of them at the same time. Stops at the first error. */
export async function inParallel(items, limit, work) {
  const rest = [...items].reverse();
  let failed = false;
  const lane = async () => {
    while (rest.length && !failed) {
      await work(rest.pop()).catch((error) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
