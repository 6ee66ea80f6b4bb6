// The page's end of the service worker (sw.js). It starts the worker once the app is ready, reports what is kept for use
// without a network, has more kept, and removes the worker. Everything works without a service worker too: there is none on
// file:// and plain http, and in some private windows.

import { asset } from "./assets.js";
import { SemblanceError } from "./errors.js";
import { modelsInUse, rowsInUse } from "./onnx.js";
import { inParallel } from "./parallel.js";

const WORKER = asset("sw.js");
const IDLE_MS = 5000; // the worker starts after this time even if the page is not idle
const FILES_AT_ONCE = 6; // of small files more than one, because each takes a while to come
const NEVER_READ = /\/(README\.md|special_tokens_map\.json)$/; // files of a model for people and for other programs
const ROWS = /\/words\/rows\//; // blocks of a word table
const UPDATE_MS = 3_600_000; // browsers look for a new build at each visit; a page that stays open asks by itself
const container = /^https?:$/.test(location.protocol) ? navigator.serviceWorker : undefined;

let supported = Boolean(container);
let registration;
let listener;
let problem = null; // why not all is kept: {key, values}, or the browser's own {message}

const isOurs = (worker) => worker?.scriptURL === WORKER;

const isControlled = () => isOurs(container.controller);

/**
 * Have the site kept. Resolves once it is kept, or can't be.
 *
 * @param {{onChange: () => void, onNewVersion: () => void}} newListener  `onChange`: `state()` may have changed
 */
export async function start(newListener) {
  if (!supported) return;
  if (!listener) listen();
  listener = newListener;
  await idle();
  try {
    registration = await container.register(WORKER);
  } catch {
    supported = false; // a private window, or a browser set to refuse it
    return;
  }
  const isFirstVisit = !registration.active;
  listener.onChange();
  if (await activated(registration)) await complete(isFirstVisit);
  listener.onChange();
}

const idle = () => new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve, { timeout: IDLE_MS }));

function listen() {
  let controller = container.controller;
  container.addEventListener("controllerchange", () => {
    if (isOurs(controller) && isControlled()) listener.onNewVersion();
    controller = container.controller;
  });
  container.addEventListener("message", ({ data }) => {
    if (data?.semblance !== "refused") return;
    problem = data.reason;
    listener.onChange();
  });
  let lastUpdate = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || Date.now() - lastUpdate < UPDATE_MS) return;
    lastUpdate = Date.now();
    registration?.update().catch(() => {}); // without a network there is nothing new
  });
}

/** Whether the worker gets to run. A worker that can't fill its cache does not. */
async function activated({ active, waiting, installing }) {
  const worker = active ?? waiting ?? installing;
  while (worker && !["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
  return worker?.state === "activated";
}

/** Resolves once the worker answers for this page. */
async function claimed() {
  const changed = new Promise((resolve) => container.addEventListener("controllerchange", resolve, { once: true }));
  await ask("claim");
  if (!isControlled()) await changed;
}

/** Fetch what is lacking: all files if the browser cleared the cache, and the models that this page uses. */
async function complete(isFirstVisit) {
  try {
    if (isFirstVisit) await claimed();
    if (!(await files()).length) await ask("refill");
    if ((await rowsInUse()).length) await ask("expand");
    if (isControlled()) await keep((await files()).filter(await used()));
    if (!isFirstVisit) await ask("check"); // comes last: it takes a second
    problem = null;
  } catch (error) {
    problem = reasonOf(error);
  }
}

/** As the worker tells it. */
const reasonOf = ({ key, values, message }) => (key ? { key: key.replace("scripts.", ""), values } : { message });

/**
 * A test of whether this page uses a file of a model. It does not use the other half of a model for texts and pictures, nor rows
 * of a word table that no text needed.
 */
async function used() {
  const [models, rows] = [modelsInUse(), new Set(await rowsInUse())];
  return ({ path, model }) => {
    if (path.endsWith(".onnx")) return models.includes(asset(path));
    if (ROWS.test(path)) return rows.has(asset(path));
    return Boolean(model) && !NEVER_READ.test(path) && models.some((address) => address.startsWith(asset(`models/${model}/`)));
  };
}

/** Call the worker. Each call has a channel of its own. */
function ask(method) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      port1.close();
      if (data.error) reject(data.error);
      else resolve(data.result);
    };
    registration.active.postMessage({ semblance: method }, [port2]);
  });
}

/**
 * The build's files: [{path, bytes, model, kept, languages}], as the worker's `state` tells them. A file with a `model` is kept on
 * use. Empty while nothing is kept.
 */
const files = async () => (registration?.active ? ask("state") : []);

/** The same with all blocks of word tables. */
async function allFiles() {
  if (registration?.active) await ask("expand");
  return files();
}

/** The files with the words of a language, and all else of the models that have them. */
async function filesOf(language) {
  const all = await allFiles();
  const tables = all.filter(({ languages }) => languages?.[language]);
  const blocks = new Set();
  for (const { path } of tables) {
    const { files: listed, languages } = await (await fetch(asset(path))).json();
    const paths = Object.keys(listed);
    for (const number of languages[language]) blocks.add(paths[number]);
  }
  const models = tables.map(({ model }) => model);
  return all.filter(
    ({ path, model }) => models.includes(model) && !NEVER_READ.test(path) && (!ROWS.test(path) || blocks.has(path)),
  );
}

/** Have files kept: the worker keeps what a page that it controls reads. */
async function keep(wanted, onProgress = () => {}) {
  const lacking = wanted.filter(({ kept }) => !kept);
  const total = sum(lacking);
  let loaded = 0;
  await inParallel(lacking, FILES_AT_ONCE, async ({ path }) => {
    const isRead = await readWhole(path, (bytes) => onProgress((loaded += bytes), total)).catch(() => false);
    if (!isRead) throw new SemblanceError("NeedsNetwork", "file_not_loaded", { file: path });
  });
}

/** Read a file to its end, which one that is damaged never reaches. False if there is none. */
async function readWhole(path, onBytes) {
  const response = await fetch(asset(path));
  if (!response.ok) return false;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) onBytes(part.value.length);
  return true;
}

const sum = (some) => some.reduce((total, { bytes }) => total + bytes, 0);

/** Have everything kept, all models too. Resolves with the problem, or null if there is none. */
export const keepAll = (newListener, onProgress) => keepFiles(newListener, allFiles, onProgress);

/** Have the words of a language kept, and the model that has them. Resolves as `keepAll` does. */
export const keepLanguage = (newListener, language, onProgress) =>
  keepFiles(newListener, () => filesOf(language), onProgress);

async function keepFiles(newListener, choose, onProgress) {
  problem = null;
  if (!registration?.active) await start(newListener);
  if (registration?.active && !isControlled()) return (problem = { key: "reload_first", values: {} });
  try {
    await keep(await choose(), onProgress);
  } catch (error) {
    problem = reasonOf(error);
  }
  return problem;
}

/** Remove what is kept and the worker. */
export async function remove() {
  if (registration?.active) await ask("remove");
  registration = undefined;
}

/**
 * {supported, preparing, available, kept, missing, models: [{name, missing}], languages, threads, problem}. Sizes are in bytes.
 * `languages`: for each language with words of its own, how much `keepLanguage` loads where none of them is there yet.
 * `threads`: whether the page could use several threads after a reload.
 */
export async function state() {
  const all = await files();
  const names = [...new Set(all.map(({ model }) => model).filter(Boolean))];
  const shell = all.filter(({ model }) => !model);
  return {
    supported,
    preparing: Boolean(!registration?.active && (registration?.installing ?? registration?.waiting)),
    available: shell.length > 0 && shell.every(({ kept }) => kept),
    kept: sum(all.filter(({ kept }) => kept)),
    missing: sum(all.filter(({ kept }) => !kept)),
    models: names.map((name) => ({ name, missing: sum(all.filter(({ model, kept }) => model === name && !kept)) })),
    languages: Object.assign({}, ...all.filter(({ languages }) => languages).map((table) => sizesOf(table, all))),
    threads: supported && isControlled() && !globalThis.crossOriginIsolated && navigator.hardwareConcurrency > 1,
    problem,
  };
}

function sizesOf({ path: own, model, languages }, all) {
  const rest = sum(all.filter(({ path, kept, model: of }) => of === model && path !== own && !kept && !ROWS.test(path)));
  return Object.fromEntries(Object.entries(languages).map(([language, bytes]) => [language, bytes + rest]));
}
