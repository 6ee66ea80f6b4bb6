import { semblance } from "semblance";

export const mistakes = [
  // @ts-expect-error: there is no such call
  () => semblance.find("tides"),
  // @ts-expect-error: an item has a text or a file
  async () => (await semblance.collection("notes")).embedMulti([{ id: "a" }]),
  // @ts-expect-error: a number is no text
  () => semblance.similarity("tides", 7),
];
