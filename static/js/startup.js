// What the page shows until Python runs, and the one place that can speak if it never does.

import { giveUp, listen } from "./intake.js";

const text = document.getElementById("startup-text");

const STEPS = {
  "Loading Pyodide": "Loading Python…",
  "Loading interpreter": "Starting Python…",
  "Loaded interpreter": "Loading Semblance…",
};

addEventListener("py:progress", ({ detail }) => {
  if (STEPS[detail]) text.textContent = STEPS[detail];
});

const starting = () => !document.getElementById("startup").hidden;

// What is typed into the search box is kept, and searched for once Python runs.
document.getElementById("search-form").addEventListener("submit", (event) => event.preventDefault());

// What is given to be added is kept, too.
listen();

/** Say why the page can't start. */
function fail(reason) {
  document.getElementById("startup-progress").hidden = true;
  document.getElementById("startup-retry").hidden = false;
  text.textContent = `Semblance could not start: ${reason}. What you stored is safe.`;
  giveUp();
}

document.getElementById("startup-retry").addEventListener("click", () => location.reload());
performance.mark("start: the page listens");

if (!globalThis.WebAssembly) {
  fail("this browser has no WebAssembly");
}
addEventListener("unhandledrejection", ({ reason }) => {
  if (starting()) fail(reason?.message ?? String(reason));
});
