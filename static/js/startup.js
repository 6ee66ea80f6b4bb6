// Watches the start: shows how far it is, and says so if it fails, whatever fails: a file of the site that is missing, damaged
// or does not arrive, an error, a start that stands still. It imports nothing: whatever else is missing, this must run, and
// without this the page must work. Pages of somebody else's are watched too, from the first call of the API (semblance.js).
//
// What files should hold stands in precache.json, which the build writes. A page that fails looks which of its files differ.
// A failure is only said, nothing is stopped: a start that was thought dead and gets through after all takes its place.

const LIST = "precache.json";
const TICK_MS = 1000;
const SILENCE = 10; // ticks without a byte, or any other progress. While Python keeps the page busy there are no ticks
const LONG_SILENCE = 60; // ticks, where no file is at fault
const REMEDY =
  globalThis.semblanceFiles?.remedy ??
  "Reload the page. If that does not help, whoever runs this site has to put its files back, or build it again.";

const root = new URL("../../", import.meta.url).href;
const inApp = document.getElementById("app") !== null;
const text = document.getElementById("startup-text");

// --- progress ---

let silence = 0; // ticks

/** The start goes on. */
export function progressed() {
  silence = 0;
}

const STEPS = {
  "Loading Pyodide": "Loading Python…",
  "Loading interpreter": "Starting Python…",
  "Loaded interpreter": "Loading Semblance…",
};

addEventListener("py:progress", ({ detail }) => {
  progressed();
  if (inApp && STEPS[detail] && !failed) text.textContent = STEPS[detail];
});

// --- files ---

/** {url: {sha256, bytes}} of the site as it was built; none where the list can't be had. */
async function builtFiles() {
  try {
    const { files } = JSON.parse(new TextDecoder().decode(await read(root + LIST, "no-cache")));
    return Object.fromEntries(Object.entries(files).map(([path, file]) => [new URL(path, root).href, file]));
  } catch {
    return {};
  }
}

/** Rejects when a step of a load takes too long. */
function inTime(step) {
  let ticks = 0;
  let counting;
  const late = new Promise((_, reject) => {
    counting = setInterval(() => ++ticks === SILENCE && reject(new Error("it does not arrive")), TICK_MS);
  });
  return Promise.race([step, late]).finally(() => clearInterval(counting));
}

/** The bytes of a file; however slowly they come, they may. */
async function read(url, cache) {
  const response = await inTime(fetch(url, { cache }).catch(() => Promise.reject(new Error("it can't be reached"))));
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const reader = response.body.getReader();
  const chunks = [];
  for (;;) {
    const { done, value } = await inTime(reader.read().catch(() => Promise.reject(new Error("it broke off"))));
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    chunks.push(value);
    progressed();
  }
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

const pathOf = (url) => (url.startsWith(root) ? decodeURI(url.slice(root.length)) : url);

/** What is wrong with a file; nothing if it is as it was built. */
async function faultOf(url, cache, built) {
  try {
    const data = await read(url, cache);
    const isWhole = !built || data.length === built.bytes;
    const { subtle } = globalThis.crypto ?? {}; // only on secure addresses
    if (isWhole && (!built || !subtle || hex(await subtle.digest("SHA-256", data)) === built.sha256)) return "";
    return "it is damaged, or of another build than the rest";
  } catch ({ message }) {
    return message;
  }
}

/** Addresses of files that the page has asked for and that a start can fail of, those that were refused first. */
function askedFiles() {
  const entries = performance.getEntriesByType("resource");
  const ours = entries.filter(({ name, initiatorType }) => name.startsWith(root) && !["link", "img"].includes(initiatorType));
  ours.sort((a, b) => (b.responseStatus ?? 0) - (a.responseStatus ?? 0));
  return [...new Set(ours.map(({ name }) => name))];
}

/**
 * The first file at fault, {message, where}; undefined where there is none.
 *
 * @param {boolean} all  whether to look at those that the page still waits for, or would ask for next, too
 */
async function findFault(all) {
  const built = await builtFiles();
  const asked = askedFiles();
  const rest = Object.keys(built).filter((url) => !asked.includes(url) && !built[url].model);
  rest.sort((a, b) => built[a].bytes - built[b].bytes);
  // A file that was asked for is looked at as the page got it; for one that is on its way the browser's cache would wait.
  const files = [...asked.map((url) => [url, "default"]), ...(all ? rest : []).map((url) => [url, "no-store"])];
  for (const [url, cache] of files) {
    const message = await faultOf(url, cache, built[url]);
    if (message) return { message, where: pathOf(url) };
  }
}

// --- failing ---

let report;
let failed = false;

/** Resolves with {type, message, where} if the start fails. */
export const failure = new Promise((resolve) => (report = resolve));

/** Say that the start has failed, why, and which file is at fault if one is. */
export async function fail({ message, where = "" }, fault) {
  if (failed || over()) return;
  failed = true;
  show({ message, where: pathOf(where) });
  const cause = fault ?? (await findFault(false)) ?? { message, where: pathOf(where) };
  show(cause);
  report({ type: "ModelError", ...cause });
}

function show({ message, where }) {
  if (!inApp) return;
  document.getElementById("startup-progress").hidden = true;
  document.getElementById("startup-retry").hidden = false;
  text.setAttribute("role", "alert");
  text.textContent = `Semblance could not start: ${where && `${where}: `}${message.replace(/\.$/, "")}. ${REMEDY} What you stored is safe.`;
}

let looking = false;

/** Look whether a file is at fault, and fail if so. */
async function suspect(all) {
  if (looking || failed || over()) return;
  looking = true;
  const fault = await findFault(all);
  looking = false;
  if (fault) fail(fault, fault);
}

// --- watching ---

let timer;
let answers = false;

/** Python answers: on a page without the app that is all. */
export function pythonAnswers() {
  answers = true;
  progressed();
}

const over = () => (inApp ? document.getElementById("startup").hidden : answers);

let sound = false; // no file is at fault

async function tick() {
  if (over() || failed) return clearInterval(timer);
  silence++;
  if (silence === SILENCE && !sound) {
    await suspect(true);
    sound = true;
  }
  if (silence === LONG_SILENCE) fail({ message: "it makes no progress, though no file is missing" });
}

/** Watch the start, which begins now. */
export function watch() {
  if (timer) return;
  timer = setInterval(tick, TICK_MS);
  new PerformanceObserver(progressed).observe({ type: "resource" });
  addEventListener("error", ({ target }) => (target === window || target.localName === "script") && suspect(false), true);
  addEventListener("unhandledrejection", ({ reason }) => {
    if (inApp) fail({ message: reason?.message ?? String(reason), where: reason?.where });
    else suspect(false); // what somebody else's page rejects need not be ours
  });
}

if (inApp) {
  // What is typed into the search box is kept, and searched for once Python runs.
  document.getElementById("search-form").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("startup-retry").addEventListener("click", () => location.reload());
  performance.mark("start: the page listens");
  watch();
  if (!globalThis.WebAssembly) fail({ message: "this browser has no WebAssembly" });
}
