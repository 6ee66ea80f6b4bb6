// Takes in all that a user gives the page to add: files, folders, drops, pasted texts, the sample. It listens from the page's
// first script on. What comes before Python listens waits here, and the page says so. A page that hands out a collection takes
// nothing in.

import { asset, isHandedOut } from "./assets.js";
import { droppedFolders, walkDataTransfer, walkFolder } from "./dropped-files.js";
import { sentences } from "./language.js";

const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
const say = sentences(MESSAGES);

const byId = (id) => document.getElementById(id);

const waiting = [];
let receiver = null;
let startFailed = false;

/**
 * Call `receive` with each input that was given so far, and with each later one:
 * {kind: "files", files: promise of [{path, file, folder}], handles: promise of [{folder, handle}]}, {kind: "text", title, text}
 * or {kind: "sample"}. A handle reads its folder again at a later visit.
 */
export function receiveGiven(receive) {
  receiver = receive;
  for (const input of waiting.splice(0)) receiver(input);
  showWaiting();
}

/** Say that the waiting inputs will not be added, because the page can't start. */
function giveUp() {
  startFailed = true;
  showWaiting();
}

/** Have something added, as if the user had given it. */
export function give(input) {
  input.files?.then(({ length }) => {
    input.number = length;
    if (waiting.includes(input)) showWaiting();
  });
  if (receiver) return receiver(input);
  waiting.push(input);
  showWaiting();
}

/** Add a folder by its handle. */
export const giveFolder = (handle) =>
  give({ kind: "files", files: walkFolder(handle), handles: Promise.resolve([{ folder: handle.name, handle }]) });

/** Add a folder by its handle. The browser may ask the user first; resolves with whether the page may read it. */
export async function readFolder(handle) {
  const isAllowed = await askForFolder(handle);
  if (isAllowed) giveFolder(handle);
  return isAllowed;
}

/** Ask the browser, which may ask the user, whether the page may read a folder. */
export const askForFolder = async (handle) => (await handle.requestPermission({ mode: "read" })) === "granted";

/** Whether the page may read a folder: "granted", "denied", or "prompt" if the user would be asked. */
export const folderPermission = (handle) => handle.queryPermission({ mode: "read" });

/** A text that changes whenever a file in a folder comes, goes or changes; null if the folder can't be read: it may be gone. */
export async function folderState(handle) {
  const files = await walkFolder(handle);
  if (files.some(({ path, file }) => path === handle.name && !file)) return null;
  return files.map(({ path, file }) => `${path}\t${file?.size}\t${file?.lastModified}`).sort().join("\n");
}

// --- what waits ---

function showWaiting() {
  const line = byId("startup-given");
  line.hidden = !waiting.length;
  line.textContent = say(startFailed ? "failed" : "waiting", { inputs: waitingWords() });
}

const count = (number, key) => say(number === 1 ? `${key}_one` : key, { count: number.toLocaleString("en") });

function waitingWords() {
  const ofKind = (kind) => waiting.filter((input) => input.kind === kind);
  const drops = ofKind("files").filter(({ number }) => number === undefined).length; // their folders are still being read
  const files = ofKind("files").reduce((sum, { number = 0 }) => sum + number, 0);
  const texts = ofKind("text").length;
  const words = [
    files && count(files, "files"),
    drops && say("dropped"),
    texts && count(texts, "texts"),
    ofKind("sample").length && say("sample"),
  ];
  return words.filter(Boolean).join(say("between")) || count(0, "files");
}

// --- ways in ---

function chosen(input) {
  const files = Array.from(input.files, (file) => {
    const path = file.webkitRelativePath || file.name;
    return { path, file, folder: path.includes("/") ? path.split("/", 1)[0] : "" };
  });
  input.value = ""; // choosing the same file again is then an event too
  const handles = Promise.resolve([]);
  if (files.length) give({ kind: "files", files: Promise.resolve(files), handles, number: files.length });
}

let picks = Boolean(globalThis.showDirectoryPicker);

/** Ask for a folder in the way that gives its handle. A browser without it, or that forbids it, uses the field's own. */
async function pickFolder(event) {
  if (!picks) return;
  event.preventDefault();
  const handle = await globalThis.showDirectoryPicker({ mode: "read" }).catch(({ name }) => {
    picks = name === "AbortError"; // the user chose none
  });
  if (handle) giveFolder(handle);
}

function dropped({ dataTransfer }) {
  const { items } = dataTransfer;
  give({ kind: "files", handles: droppedFolders(items), files: walkDataTransfer(items) });
}

/** Open the dialog for pasted text. Text that was typed earlier and not added is still there. */
function paste() {
  byId("paste").returnValue = ""; // Escape would leave the value of the last time
  byId("paste").showModal();
}

function pasteClosed() {
  const [title, text] = [byId("paste-title"), byId("paste-text")];
  if (byId("paste").returnValue !== "add") return;
  give({ kind: "text", title: title.value.trim(), text: text.value });
  title.value = text.value = "";
}

const SHARED = `semblance:${new URL(asset("")).pathname}:shared`; // the cache in which the service worker holds files: sw.js

/** The files that the service worker holds, which it then does no longer. */
async function takeSharedFiles() {
  if (!(await globalThis.caches?.has(SHARED).catch(() => false))) return [];
  const cache = await caches.open(SHARED);
  const named = async (request) => {
    const name = decodeURIComponent(request.url.split("/").pop());
    const blob = await (await cache.match(request)).blob();
    return { path: name, file: new File([blob], name, { type: blob.type }), folder: "" };
  };
  const files = await Promise.all((await cache.keys()).map(named));
  await caches.delete(SHARED);
  return files;
}

/**
 * Show what another program shares with the installed app, to be added: see share_target in app.webmanifest. Any link or form can
 * lead here, so nothing is added before the user says so.
 */
async function takeShared() {
  const query = new URLSearchParams(location.search);
  const [title, ...texts] = ["title", "text", "url"].map((name) => query.get(name)?.trim() ?? "");
  if (!query.has("shared")) return;
  history.replaceState(history.state, "", location.pathname + location.hash);
  const files = await takeSharedFiles();
  if (files.length) await confirmShared(files);
  const text = texts.filter(Boolean).join("\n\n") || title;
  if (!text) return;
  [byId("paste-title").value, byId("paste-text").value] = [title, text];
  paste();
}

/** Name shared files, and add them if the user says so. */
async function confirmShared(files) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("shared"));
  const names = files.map(({ path }) => Object.assign(document.createElement("li"), { textContent: path, dir: "auto" }));
  byId("shared-files").replaceChildren(...names);
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  if (dialog.returnValue !== "add") return;
  give({ kind: "files", files: Promise.resolve(files), handles: Promise.resolve([]), number: files.length });
}

/** Add files that the user opens with the installed app: see file_handlers in app.webmanifest. */
async function opened(handles) {
  const files = await Promise.all(handles.map((handle) => handle.getFile()));
  const named = files.map((file) => ({ path: file.name, file, folder: "" }));
  if (files.length) give({ kind: "files", files: Promise.resolve(named), handles: Promise.resolve([]), number: files.length });
}

const ACTIONS = { paste, sample: () => give({ kind: "sample" }) };

/** Close the “Add” menu on Escape and on any click but the one that opens it. */
function closeMenu({ type, key, target }) {
  if (type === "keydown" ? key === "Escape" : !target.closest("#add-menu > summary")) byId("add-menu").open = false;
}

/** Accept files that are dragged from outside. Otherwise the browser would open them in place of the page. */
function dragged(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  byId("drop-cover").hidden = event.type === "drop";
  if (event.type === "drop") dropped(event);
}

/** Take in what users give from now on, and files that were chosen before this script ran. */
function listen() {
  for (const input of [byId("add-files"), byId("add-folder")]) {
    input.addEventListener("change", () => chosen(input));
    chosen(input);
  }
  byId("add-folder").addEventListener("click", pickFolder);
  byId("paste").addEventListener("close", pasteClosed);
  document.addEventListener("click", ({ target }) => ACTIONS[target.closest("[data-do]")?.dataset.do]?.());
  document.addEventListener("click", closeMenu);
  document.addEventListener("keydown", closeMenu);
  document.addEventListener("dragover", dragged);
  document.addEventListener("drop", dragged);
  addEventListener("semblance:language", showWaiting);
  takeShared();
  globalThis.launchQueue?.setConsumer(({ files = [] }) => opened(files));
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (!relatedTarget) byId("drop-cover").hidden = true;
  });
}

if (byId("app") && !isHandedOut) {
  listen();
  // The watch over the start only reports a failure. Everything else works without it.
  import("./startup.js").then(({ failure }) => failure.then(giveUp), () => {});
}
