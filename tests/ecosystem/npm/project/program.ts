import { installBridge } from "semblance/bridge";
import { assetsAt, semblance, type Collection, type Hit, type SemblanceError } from "semblance";
import "semblance/related-posts";

assetsAt(new URL("https://host.example/engine/"));

export async function best(query: string, picture: Blob): Promise<string | undefined> {
  const notes: Collection = await semblance.collection("notes");
  const stop = new AbortController();
  const report = await notes.embedMulti([{ id: "a", content: "A text" }, { blob: picture, metadata: { year: 2026 } }], {
    onProgress: ({ done, total }) => console.log(done / total),
    signal: stop.signal,
  });
  console.log(report.added + report.changed, (await semblance.ready).textModel);
  const hits: Hit[] = await notes.search(query, { number: 3, nearest: true }).catch((error: SemblanceError) => {
    throw new Error(`${error.type}: ${error.where}`);
  });
  const related: HTMLElement = document.createElement("related-posts");
  related.title = hits[0]?.words.join(" ") ?? "";
  return hits[0]?.id;
}

export const bridge: typeof installBridge = installBridge;
