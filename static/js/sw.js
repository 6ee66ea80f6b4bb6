// The service worker: after one visit the site opens without a network, from files that were checked. The build puts this
// file at the site's root, so that its scope is the whole site, and writes BUILD into it (semblance_build/precache.py).
//
// BUILD is the SHA-256 of precache.json, which names each file of a build with its SHA-256. Each build has a cache of its own,
// and a page gets all of its files from the build that it began with. A new worker takes over as soon as its cache is
// complete. It pins the open pages to the earlier build, and removes that build's cache when no page needs it any more.
// The worker answers only for files that the list names. It leaves other requests and other workers' caches alone.
//
// The blocks of a word table have a list of their own, models/NAME/words/rows.json, which names the files of the folder of its
// name. It is fetched with the first of them. Its entry in the list has {lists: {bytes, languages}}: what it lists.

const BUILD = "__BUILD__";
const LIST = "precache.json";
const START = "index.html";
const STREAMED = 1 << 20; // bytes; a larger file is passed on while it arrives, so that the page can show progress
const ACTIVATION_MS = 2000;
const FRESH_MS = 60_000; // a page that is just being opened is not yet among the clients

const address = (path) => new URL(path, registration.scope).href;
const PREFIX = `semblance:${new URL(registration.scope).pathname}:`;
const PINS = `${PREFIX}pages`;
const CURRENT = address("current build"); // a key in PINS; the other keys are one for each page
const cacheOf = (build) => PREFIX + build;
const buildOf = (name) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "").match(/^[0-9a-f]{64}$/)?.[0];

// --- files and their digests ---

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (data) => hex(await crypto.subtle.digest("SHA-256", data));

/** A file as it is kept. Its headers let the page use threads; many hosts can't send them. */
function pack(body, { type, bytes }) {
  const headers = {
    "Content-Type": type,
    "Content-Length": bytes,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
  };
  return new Response(body, { headers });
}

const typeOf = (response) => response.headers.get("Content-Type") ?? "application/octet-stream";

/** Why something is not kept: the key of a text in py/semblance/messages/LANGUAGE/scripts.toml, and its values. */
class Problem extends Error {
  constructor(key, values) {
    super(key);
    Object.assign(this, { key, values });
  }
}

/** The file from the first source that gives it undamaged. */
async function obtain(url, sha256, sources) {
  let why;
  for (const source of sources) {
    const response = await source().catch(() => null);
    why = response ? ["file_status", { status: response.status }] : ["file_unreachable"];
    if (!response?.ok) continue;
    const data = await response.arrayBuffer().catch(() => new ArrayBuffer(0));
    if ((await digest(data)) === sha256) return pack(data, { type: typeOf(response), bytes: data.byteLength });
    why = ["file_damaged"];
  }
  const [key, values] = why;
  throw new Problem(key, { file: url.slice(registration.scope.length), ...values });
}

const fromNetwork = (url) => [() => fetch(url, { priority: "low" }), () => fetch(url, { cache: "reload" })];

// --- lists ---

const readLists = new Map(); // by build, and those of word tables by build and address

/** Map of the addresses of a build's files to {sha256, bytes, model, lists}; null if the build is not kept. */
async function listOf(build) {
  if (!readLists.has(build)) {
    const response = await caches.match(address(LIST), { cacheName: cacheOf(build) });
    if (!response) return null;
    readLists.set(build, parseList(await response.json()));
  }
  return readLists.get(build);
}

const parseList = ({ files }) => new Map(Object.entries(files).map(([path, file]) => [address(path), file]));

/** The list of a word table, by its address. It is kept, from the network if need be. */
function tableOf(url, build) {
  const key = `${build} ${url}`;
  if (!readLists.has(key)) {
    const reading = readTable(url, build);
    readLists.set(key, reading);
    reading.catch(() => readLists.delete(key));
  }
  return readLists.get(key);
}

async function readTable(url, build) {
  const kept = await caches.match(url, { cacheName: cacheOf(build) });
  if (kept) return parseList(await kept.json());
  const file = await obtain(url, (await listOf(build)).get(url).sha256, fromNetwork(url));
  await keep(url, file.clone(), build);
  return parseList(await file.json());
}

const folderOf = (url) => url.slice(0, url.lastIndexOf("/"));
const listNamedAs = (folder) => `${folder}.json`;

/** What the lists say of a file; undefined if they do not name it. */
async function expectationOf(url, build) {
  const list = await listOf(build);
  const table = listNamedAs(folderOf(url));
  if (!list?.get(table)?.lists) return list?.get(url);
  return (await tableOf(table, build).catch(() => null))?.get(url);
}

/** The files of a build, [url, file], as far as the lists that name them are kept. */
async function listed(build, kept) {
  const list = [...((await listOf(build)) ?? [])];
  const tables = list.filter(([url, file]) => file.lists && kept.has(url));
  return [...list, ...(await Promise.all(tables.map(([url]) => tableOf(url, build)))).flatMap((table) => [...table])];
}

/** Addresses of the files of a build that are kept. */
async function keptIn(build) {
  if (!(await caches.has(cacheOf(build)))) return new Set(); // `open` would create it
  return new Set((await (await caches.open(cacheOf(build))).keys()).map(({ url }) => url));
}

// --- filling the cache of this build ---

/** Keep all files but models, and the models that earlier builds kept. A file that has not changed is not fetched again. */
async function fill() {
  const list = await obtain(address(LIST), BUILD, [() => fetch(address(LIST), { cache: "reload" })]);
  const cache = await caches.open(cacheOf(BUILD));
  await keepWanted(parseList(await list.clone().json()), cache, await keptIn(BUILD), await earlier());
  await cache.put(address(LIST), list); // comes last: a cache that has a list is complete
}

async function keepWanted(list, cache, kept, before) {
  for (const [url, { sha256, model, lists }] of list) {
    const isInUse = before.urls.has(url) || before.models.has(model) || (lists && before.tables.has(url));
    if (model && !isInUse) continue;
    const sources = [...(before.copies.get(sha256) ?? []), ...fromNetwork(url)];
    if (!kept.has(url)) await cache.put(url, await obtain(url, sha256, sources));
    if (lists) await keepWanted(parseList(await (await cache.match(url)).json()), cache, kept, before);
  }
}

/** What the caches of other builds hold: copies by digest, addresses, lists of word tables, and the names of models that are kept whole. */
async function earlier() {
  const contents = { copies: new Map(), urls: new Set(), tables: new Set(), models: new Set() };
  for (const build of (await caches.keys()).map(buildOf)) {
    if (!build || build === BUILD) continue;
    const kept = await keptIn(build);
    const list = await listed(build, kept);
    const lacking = new Set();
    for (const [url, { sha256, model }] of list) {
      if (!kept.has(url)) {
        lacking.add(model);
        continue;
      }
      contents.urls.add(url);
      contents.tables.add(listNamedAs(folderOf(url))); // also of a build whose blocks stand in its one list
      contents.copies.set(sha256, [() => caches.match(url, { cacheName: cacheOf(build) })]);
    }
    for (const [, { model }] of list) if (model && !lacking.has(model)) contents.models.add(model);
  }
  return contents;
}

addEventListener("install", (event) => event.waitUntil(install()));

async function install() {
  try {
    await fill();
  } catch (error) {
    const pages = await clients.matchAll({ includeUncontrolled: true });
    for (const page of pages) page.postMessage({ semblance: "refused", reason: reasonOf(error) });
    throw error;
  }
  await skipWaiting();
}

/** What a page needs to say why something failed: {key, values}, or the browser's own {message}. */
const reasonOf = ({ name, key, values, message }) => {
  if (name === "QuotaExceededError") return { key: "no_room", values: {} };
  return key ? { key, values } : { message };
};

// --- which page belongs to which build ---

const pins = new Map();

/** The build that a page or worker is pinned to, if any. */
function pinOf(id) {
  if (!pins.has(id)) pins.set(id, readPin(id));
  return pins.get(id);
}

const readPin = async (id) => (await (await caches.match(address(id), { cacheName: PINS }))?.json())?.build;

async function pin(id, build) {
  pins.set(id, build);
  await (await caches.open(PINS)).put(address(id), new Response(JSON.stringify({ build, time: Date.now() })));
}

async function buildFor({ clientId, resultingClientId, request }) {
  if (self.serviceWorker?.state === "activating") await Promise.race([activation, patience()]); // some browsers do not wait for the end of activation
  const build = (request.mode !== "navigate" && clientId && (await pinOf(clientId))) || BUILD;
  const updating = registration.installing || registration.waiting;
  if (resultingClientId && (updating || build !== BUILD)) await pin(resultingClientId, build);
  return build;
}

let activationIsOver;
const activation = new Promise((resolve) => (activationIsOver = resolve));
const patience = () => new Promise((resolve) => setTimeout(resolve, ACTIVATION_MS)); // no page may wait for it for ever

addEventListener("activate", (event) => event.waitUntil(activate().finally(activationIsOver)));

async function activate() {
  const cache = await caches.open(PINS);
  const before = await (await cache.match(CURRENT))?.text();
  if (before && before !== BUILD) await Promise.race([pinOpen(before), patience()]);
  await cache.put(CURRENT, new Response(BUILD));
}

async function pinOpen(build) {
  const open = await clients.matchAll({ type: "all" });
  await Promise.all(open.map(async ({ id }) => (await readPin(id)) ?? pin(id, build)));
}

/** Remove the pins of closed pages and the caches of builds that no page needs. */
async function sweep() {
  if (registration.installing) return; // its cache looks like one that nobody needs
  const open = new Set((await clients.matchAll({ type: "all" })).map(({ id }) => address(id)));
  const cache = await caches.open(PINS);
  const needed = new Set([BUILD]);
  for (const { url } of await cache.keys()) {
    if (url === CURRENT) continue;
    const { build, time } = await (await cache.match(url)).json();
    if (open.has(url) || Date.now() - time < FRESH_MS) needed.add(build);
    else await cache.delete(url);
  }
  const builds = (await caches.keys()).map(buildOf).filter((build) => build && !needed.has(build));
  await Promise.all(builds.map((build) => caches.delete(cacheOf(build))));
}

// --- answering ---

addEventListener("fetch", (event) => {
  if (isShared(event.request)) return event.respondWith(receive(event.request));
  const url = urlOf(event.request);
  if (url) event.respondWith(answer(event, url));
});

/** The address that is asked for, if it may be that of one of our files; null if not. */
function urlOf({ method, mode, url }) {
  const { origin, pathname, search } = new URL(url);
  const plain = origin + pathname;
  if (method !== "GET" || !plain.startsWith(registration.scope)) return null;
  if (mode === "navigate") return [registration.scope, address(START)].includes(plain) ? address(START) : null;
  return !search && /^(static|py|models)\/|\.webmanifest$/.test(plain.slice(registration.scope.length)) ? plain : null;
}

async function answer(event, url) {
  const build = await buildFor(event);
  const kept = await caches.match(url, { cacheName: cacheOf(build) });
  if (kept) return kept;
  const expected = await expectationOf(url, build);
  if (!expected) return fetch(event.request);
  return (expected.bytes < STREAMED ? whole : streamed)(url, expected, build);
}

/** Fetch a small file that is not kept yet. It is passed on after the check. */
async function whole(url, { sha256 }, build) {
  const file = await obtain(url, sha256, fromNetwork(url)).catch(refusal);
  if (file.ok) await keep(url, file.clone(), build);
  return file;
}

/** What the page gets in the place of a file that can't be had, so that it can say why: see download.js. */
function refusal({ key, values }) {
  if (key === "file_damaged") return new Response(null, { status: 502, headers: { "Semblance-File": "damaged" } });
  return values?.status ? new Response(null, { status: values.status }) : Response.error();
}

const suspects = new Set(); // the browser's own cache holds damaged copies of these

/** Fetch a large file that is not kept yet. It is passed on while it arrives. If it is damaged, the page never gets its end. */
async function streamed(url, { sha256, bytes }, build) {
  const response = await fetch(url, { cache: suspects.has(url) ? "reload" : "default" });
  if (!response.ok) return response;
  const chunks = [];
  const type = typeOf(response);
  const checking = new TransformStream({
    transform(chunk, controller) {
      chunks.push(chunk);
      controller.enqueue(chunk);
    },
    async flush() {
      const data = await new Blob(chunks).arrayBuffer();
      if ((await digest(data)) === sha256) return keep(url, pack(data, { type, bytes }), build);
      suspects.add(url);
      await keep(url, await obtain(url, sha256, fromNetwork(url).slice(1)), build); // for when the page asks again
      throw new TypeError("the file is damaged");
    },
  });
  return pack(response.body.pipeThrough(checking), { type, bytes });
}

/** Keep a file, unless the user has removed the cache or there is no room for it. */
async function keep(url, file, build) {
  const name = cacheOf(build);
  if (await caches.has(name)) await (await caches.open(name)).put(url, file).catch(() => {});
}

// --- what other programs share ---

const SHARED = `${PREFIX}shared`; // a cache; intake.js empties it

/** Whether another program shares something with the installed app: see share_target in app.webmanifest. */
const isShared = ({ method, mode, url }) => method === "POST" && mode === "navigate" && url === `${registration.scope}?shared`;

/** Hold the files for the page, which asks the user before it adds them, since any site can send some. */
async function receive(request) {
  const form = await request.formData();
  const text = (name) => (typeof form.get(name) === "string" ? form.get(name) : "");
  const files = form.getAll("files").filter((file) => file instanceof File && file.size);
  await caches.delete(SHARED); // what nobody took
  const cache = await caches.open(SHARED);
  const hold = (file, number) => cache.put(address(`${number}/${encodeURIComponent(file.name)}`), new Response(file));
  await Promise.all(files.map(hold));
  const query = new URLSearchParams({ shared: "", title: text("title"), text: text("text"), url: text("url") });
  return Response.redirect(`${registration.scope}?${query}`, 303);
}

// --- what pages ask ---

/**
 * The files of this build: [{path, bytes, model, kept, languages}]. Empty if the cache was removed. As long as the list of a word
 * table is not kept, it stands for the blocks too. `languages` of such a list: how many bytes the words of each language take.
 */
async function state() {
  if (await isGone()) return remove();
  await sweep();
  const kept = await keptIn(BUILD);
  if (!kept.size) return [];
  return (await listed(BUILD, kept)).map(([url, { bytes, model, lists }]) => {
    const isKept = kept.has(url);
    const path = decodeURI(url.slice(registration.scope.length));
    return { path, bytes: bytes + ((!isKept && lists?.bytes) || 0), model, kept: isKept, languages: lists?.languages };
  });
}

/** Keep the lists of all word tables, so that `state` tells of their blocks. */
async function expand() {
  const tables = [...((await listOf(BUILD)) ?? [])].filter(([, { lists }]) => lists);
  await Promise.all(tables.map(([url]) => tableOf(url, BUILD)));
}

/** Whether the site was taken away from this address. Its copy must then not hide what comes in its place. */
async function isGone() {
  const response = await fetch(address("sw.js"), { method: "HEAD", cache: "no-store" }).catch(() => null);
  return [404, 410].includes(response?.status);
}

/** Remove all that this worker keeps, and the worker itself. */
async function remove() {
  await registration.unregister();
  readLists.clear();
  const names = (await caches.keys()).filter((name) => [PINS, SHARED].includes(name) || buildOf(name));
  await Promise.all(names.map((name) => caches.delete(name)));
  return [];
}

/** Fill the cache again after the user or the browser removed it. */
async function refill() {
  await fill();
  await (await caches.open(PINS)).put(CURRENT, new Response(BUILD));
}

/** Have again what is no longer as it was built: another page of this origin may have altered what is kept. */
async function check() {
  const cache = await caches.open(cacheOf(BUILD));
  if (await removeAltered(cache, [[address(LIST), { sha256: BUILD }]])) await fill();
  const list = await listOf(BUILD);
  const altered = await removeAltered(cache, list); // with the lists of word tables, before these are read
  const blocks = (await listed(BUILD, await keptIn(BUILD))).slice(list.size);
  if ((await removeAltered(cache, blocks)) + altered) await fill();
}

/** Remove the files that are not what a list says. Gives how many they were. */
async function removeAltered(cache, list) {
  let altered = 0;
  for (const [url, { sha256 }] of list) {
    const file = await cache.match(url);
    if (!file || (await digest(await file.arrayBuffer())) === sha256) continue;
    await cache.delete(url);
    readLists.clear();
    altered += 1;
  }
  return altered;
}

/** Take over the page of the first visit. This must not happen during activation: Firefox hangs if a page is being reloaded. */
const claim = () => clients.claim();

const METHODS = { state, expand, check, claim, refill, remove };

addEventListener("message", (event) => {
  const [port] = event.ports;
  const method = METHODS[event.data?.semblance];
  if (!port || !method) return;
  const done = method().then(
    (result) => port.postMessage({ result }),
    (error) => port.postMessage({ error: reasonOf(error) }),
  );
  event.waitUntil(done);
});
