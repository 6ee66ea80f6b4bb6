import { assetsAt, semblance } from "semblance";
import "semblance/related-posts";
import "semblance/semantic-search";

assetsAt("/engine");
const notes = await semblance.collection("notes");
await notes.embedMulti([
  { id: "tides", content: "The moon pulls the sea." },
  { id: "bread", content: "Let the dough rise overnight." },
]);
const [first] = await notes.similar("why the water comes and goes", { number: 1 });
document.querySelector("output").textContent = first.id;
