// Watches the start, shows its progress and reports its failure: a file of the site that is missing, damaged or does not
// arrive, an error, or a start that stands still. This module imports nothing, so that it runs whatever else is missing. The
// page must also work without it. It also watches other people's pages, from the first call of the API on (semblance.js).
//
// precache.json, which the build writes, says what the files should hold. When a start fails, the page looks for files that
// differ. A failure is only reported; nothing is stopped. A start that succeeds after all replaces the report.

const LIST = "precache.json";
const TICK_MS = 1000;
const QUIET = 4; // ticks without progress, after which files that don't arrive are looked for
const SILENCE = 10; // ticks without a byte or other progress. There are no ticks while Python keeps the page busy
const LONG_SILENCE = 60; // ticks, if no file is at fault
const ENGLISH = "en"; // of errors that programs get
const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py

const root = new URL("../../", import.meta.url).href;
const inApp = document.getElementById("app") !== null;
const text = document.getElementById("startup-text");
const bar = /** @type {HTMLProgressElement} */ (document.getElementById("startup-progress"));

const say = (key, values = {}, language = document.documentElement.lang) =>
  MESSAGES[inApp ? language : ENGLISH][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** Show what `line` returns, and show it again in another language once the user has chosen one. */
function tell(line) {
  telling = line;
  delete text.dataset.words; // the text is no longer the one that index.html has
  text.textContent = line();
}

let telling;
addEventListener("semblance:language", () => {
  if (telling) tell(telling);
});

/** Why a file can't be used, or the start has failed. Its message is English. */
class Reason extends Error {
  constructor(key, values = {}) {
    super(say(key, values, ENGLISH));
    Object.assign(this, { key, values });
  }
}

/** An error's message in the page's language, as far as it is known in that. */
const worded = ({ message, key, values }) => (key ? say(key, values) : message).replace(/\.$/, "");

// --- progress ---

let silence = 0; // ticks

/** The start has made progress. */
export function progressed() {
  silence = 0;
}

const STEPS = {
  "Loading Pyodide": "python",
  "Loaded interpreter": "semblance",
};

addEventListener("py:progress", (/** @type {CustomEvent<string>} */ { detail }) => {
  progressed();
  if (inApp && STEPS[detail] && !failed) tell(() => say(STEPS[detail]));
});

// --- what has arrived ---

const DRAW_MS = 100; // between two changes of what is shown
const PARTS = { python: "python_arrived", model: "model_arrived" };

const arriving = new Map(); // address -> {part, loaded, total}, in bytes
let drawing = false;

addEventListener("semblance:arrived", (/** @type {CustomEvent} */ { detail: { url, ...file } }) => {
  progressed();
  arriving.set(url, file);
  drawSoon();
});

/** Pyodide and the browser's compiler load some files by themselves. They only tell when a file is there. */
function complete(entries) {
  for (const { name } of entries) {
    const file = arriving.get(name);
    if (file) file.loaded = file.total;
  }
  drawSoon();
}

function drawSoon() {
  if (drawing || !inApp || !arriving.size || over()) return;
  drawing = true;
  setTimeout(draw, DRAW_MS);
}

const oneDigit = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 }); // slow to make
const megabytes = (bytes) => oneDigit.format(bytes / 1e6);

function draw() {
  drawing = false;
  const sum = (files, key) => files.reduce((bytes, file) => bytes + file[key], 0);
  const all = [...arriving.values()];
  const words = Object.entries(PARTS).flatMap(([name, key]) => {
    const files = all.filter(({ part }) => part === name);
    return files.length ? say(key, { loaded: megabytes(sum(files, "loaded")), total: megabytes(sum(files, "total")) }) : [];
  });
  bar.max = sum(all, "total");
  bar.value = sum(all, "loaded");
  document.getElementById("startup-bytes").textContent = words.join("\n");
}

// --- files ---

/** {url: {sha256, bytes}} of the site as it was built; empty if the list can't be read. */
async function builtFiles() {
  try {
    const { files } = JSON.parse(new TextDecoder().decode(await read(root + LIST, "no-cache")));
    return Object.fromEntries(Object.entries(files).map(([path, file]) => [new URL(path, root).href, file]));
  } catch {
    return {};
  }
}

/** The result of a step of a load. Rejects if the step takes too long. */
function inTime(step) {
  let ticks = 0;
  let counting;
  const late = new Promise((_, reject) => {
    counting = setInterval(() => ++ticks === SILENCE && reject(new Reason("late")), TICK_MS);
  });
  return Promise.race([step, late]).finally(() => clearInterval(counting));
}

/** The bytes of a file. A slow download is no failure as long as bytes arrive. */
async function read(url, cache) {
  const response = await inTime(fetch(url, { cache }).catch(() => Promise.reject(new Reason("unreachable"))));
  if (!response.ok) throw new Reason("status", { status: response.status });
  const reader = response.body.getReader();
  const chunks = [];
  for (;;) {
    const { done, value } = await inTime(reader.read().catch(() => Promise.reject(new Reason("broken_off"))));
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    chunks.push(value);
    progressed();
  }
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

const pathOf = (url) => (url.startsWith(root) ? decodeURI(url.slice(root.length)) : url);

/** What is wrong with a file; undefined if it is as it was built. */
async function faultOf(url, cache, built) {
  try {
    const data = await read(url, cache);
    const isWhole = !built || data.length === built.bytes;
    const { subtle } = globalThis.crypto ?? {}; // only on secure addresses
    if (isWhole && (!built || !subtle || hex(await subtle.digest("SHA-256", data)) === built.sha256)) return undefined;
    return new Reason("damaged");
  } catch (error) {
    return error;
  }
}

/** Addresses of the requested files that can make a start fail. Refused files come first. */
function requestedFiles() {
  const entries = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
  const ours = entries.filter(({ name, initiatorType }) => name.startsWith(root) && !["link", "img"].includes(initiatorType));
  ours.sort((a, b) => (b.responseStatus ?? 0) - (a.responseStatus ?? 0));
  return [...new Set(ours.map(({ name }) => name))];
}

/**
 * The first file at fault: {error, where}; undefined if there is none.
 *
 * @param {boolean} all  whether to check also files that the page still waits for or has not requested yet
 */
async function findFault(all) {
  const built = await builtFiles();
  const requested = requestedFiles();
  const rest = Object.keys(built).filter((url) => !requested.includes(url) && !built[url].model);
  rest.sort((a, b) => built[a].bytes - built[b].bytes);
  // A requested file is checked as the page got it. For a file on its way the browser's cache would wait, so it is not used.
  const files = [...requested.map((url) => [url, "default"]), ...(all ? rest : []).map((url) => [url, "no-store"])];
  for (const [url, cache] of files) {
    const error = await faultOf(url, cache, built[url]);
    if (error) return { error, where: pathOf(url) };
  }
}

// --- failing ---

let report;
let failed = false;

/** Resolves with {type, message, where} if the start fails. */
export const failure = new Promise((resolve) => (report = resolve));

/** Report that the start has failed, why, and which file is at fault, if it is known. */
export async function fail(error, where = "", fault) {
  if (failed || over()) return;
  failed = true;
  show({ error, where: pathOf(where) });
  const cause = fault ?? (await findFault(false)) ?? { error, where: pathOf(where) };
  show(cause);
  report({ type: "ModelError", message: cause.error.message, where: cause.where });
}

function show({ error, where }) {
  if (!inApp) return;
  if (error.key === "late") drawWithout(where);
  bar.hidden = true;
  document.getElementById("startup-bytes").hidden = true;
  document.getElementById("startup-retry").hidden = false;
  text.setAttribute("role", "alert");
  const remedy = REMEDIES[error.key] ?? globalThis.semblanceFiles?.remedy ?? "remedy"; // the double-click edition has its own
  tell(() => say(where ? "failed_file" : "failed", { file: where, reason: worded(error), remedy: say(remedy) }));
}

/** Let the browser draw the page without a style sheet that does not arrive. */
function drawWithout(where) {
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) if (sheet.getAttribute("href") === where) sheet.remove();
}

let looking = false;

/** Look for a file at fault, and fail if there is one. */
async function suspect(all) {
  if (looking || failed || over()) return;
  looking = true;
  const fault = await findFault(all);
  looking = false;
  if (fault) fail(fault.error, fault.where, fault);
}

// --- watching ---

let timer;
let answers = false;

/** Python answers. On a page without the app the start is then over. */
export function pythonAnswers() {
  answers = true;
  progressed();
}

const over = () => (inApp ? document.getElementById("startup").hidden : answers);

let asking = false; // for files of which the first byte would be no progress
let hasLooked = false;

/** Report a file that does not arrive or was refused, unless the start goes on meanwhile. */
async function lookEarly() {
  hasLooked = asking = true;
  const { silentFile } = await import("./silence.js").catch(() => ({ silentFile: () => {} }));
  const where = await silentFile(({ model }) => !model);
  setTimeout(() => (asking = false), TICK_MS); // the browser tells a little later what was loaded
  if (where && silence >= QUIET) return fail(new Reason("late"), root + where, { error: new Reason("late"), where });
  await suspect(false);
}

let sound = false; // whether all files were checked and none is at fault

async function tick() {
  if (over() || failed) return clearInterval(timer);
  silence++;
  if (silence === QUIET && !hasLooked) lookEarly();
  if (silence >= SILENCE && !sound && !asking && !looking) {
    await suspect(true);
    sound = true;
  }
  if (silence === LONG_SILENCE) fail(new Reason("still"));
}

/** Report that PyScript, which runs our Python, can't be loaded. */
export const failWithoutPyScript = (reason) => fail(new Reason("no_pyscript", { reason }));

/** Begin to watch the start. */
export function watch() {
  if (timer) return;
  const lack = lacking();
  if (lack) fail(new Reason(lack), "", { error: new Reason(lack), where: "" });
  timer = setInterval(tick, TICK_MS);
  new PerformanceObserver((list) => {
    if (!asking) progressed();
    complete(list.getEntries());
  }).observe({ type: "resource" });
  const isOfScript = (target) => target === window || target.localName === "script";
  addEventListener("error", ({ target }) => isOfScript(target) && suspect(false), true);
  addEventListener("unhandledrejection", ({ reason }) => {
    if (inApp) fail({ message: reason?.message ?? String(reason) }, reason?.where);
    else suspect(false); // a rejection on another site's page need not be ours
  });
}

// --- what the browser must have ---

// A module with one instruction of SIMD, which the models' kernels need.
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11);
const REMEDIES = { no_webassembly: "remedy_webassembly", no_simd: "remedy_browser", no_workers: "remedy_browser", old_browser: "remedy_browser" };

/** What the browser lacks, as the key of a text; undefined if it lacks nothing. */
function lacking() {
  if (!globalThis.WebAssembly) return "no_webassembly";
  if (!WebAssembly.validate(SIMD)) return "no_simd";
  if (!globalThis.Worker) return "no_workers";
  if (!globalThis.DecompressionStream) return "old_browser";
}

if (inApp) {
  document.getElementById("startup-unread").remove(); // this browser reads our scripts
  // The text in the search box stays there, and is searched for once Python runs.
  document.getElementById("search-form").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("startup-retry").addEventListener("click", () => location.reload());
  performance.mark("start: the page listens");
  watch();
}
