// The service worker: after one visit the site opens without a network, from files that were checked. The build puts this
// file at the site's root, whose folder is then its scope, and writes BUILD into it (semblance_build/precache.py).
//
// BUILD is the SHA-256 of precache.json, which names each file of a build with its SHA-256. Each build has a cache of its own,
// and a page gets all of its files from the build that it began with: a new worker takes over as soon as its cache is
// complete, pins the pages that are open to the build before, and removes that build's cache when no page needs it.
// Only files that the list names are answered for; all else, and other workers' caches, are left alone.

const BUILD = "__BUILD__";
const LIST = "precache.json";
const START = "index.html";
const STREAMED = 1 << 20; // bytes; larger files are passed on while they arrive, so that the page can show progress
const ACTIVATION_MS = 2000;
const FRESH_MS = 60_000; // a page that is being opened is not among the clients yet

const address = (path) => new URL(path, registration.scope).href;
const PREFIX = `semblance:${new URL(registration.scope).pathname}:`;
const PINS = `${PREFIX}pages`;
const CURRENT = address("current build"); // keys in PINS: this one, and one a page
const cacheOf = (build) => PREFIX + build;
const buildOf = (name) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "").match(/^[0-9a-f]{64}$/)?.[0];

// --- files and their digests ---

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (data) => hex(await crypto.subtle.digest("SHA-256", data));

/** A file as it is kept: with the headers that let the page use threads, which many hosts can't send. */
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

/** The file from the first source that has it undamaged. */
async function obtain(url, sha256, sources) {
  let why;
  for (const source of sources) {
    const response = await source().catch(() => null);
    why = response ? `the server answered ${response.status}` : "the network can't be reached";
    if (!response?.ok) continue;
    const data = await response.arrayBuffer().catch(() => new ArrayBuffer(0));
    if ((await digest(data)) === sha256) return pack(data, { type: typeOf(response), bytes: data.byteLength });
    why = "it is damaged: its SHA-256 is not the one that was built";
  }
  throw new Error(`${url.slice(registration.scope.length)}: ${why}`);
}

const fromNetwork = (url) => [() => fetch(url, { priority: "low" }), () => fetch(url, { cache: "reload" })];

// --- lists ---

const lists = new Map();

/** Addresses of a build's files, each with {sha256, bytes}; null where the build is not kept. */
async function listOf(build) {
  if (!lists.has(build)) {
    const response = await caches.match(address(LIST), { cacheName: cacheOf(build) });
    if (!response) return null;
    lists.set(build, parseList(await response.json()));
  }
  return lists.get(build);
}

const parseList = ({ files }) => new Map(Object.entries(files).map(([path, file]) => [address(path), file]));

/** Addresses of the files of a build that are kept. */
async function keptIn(build) {
  if (!(await caches.has(cacheOf(build)))) return new Set(); // opening it would make it
  return new Set((await (await caches.open(cacheOf(build))).keys()).map(({ url }) => url));
}

// --- filling the cache of this build ---

/** Everything but models, and those models that the builds before had; what is unchanged is not fetched again. */
async function fill() {
  const list = await obtain(address(LIST), BUILD, [() => fetch(address(LIST), { cache: "reload" })]);
  const cache = await caches.open(cacheOf(BUILD));
  const [kept, before] = [await keptIn(BUILD), await earlier()];
  for (const [url, { sha256, model }] of parseList(await list.clone().json())) {
    const wanted = !model || before.urls.has(url) || before.models.has(model);
    if (!wanted || kept.has(url)) continue;
    await cache.put(url, await obtain(url, sha256, [...(before.copies.get(sha256) ?? []), ...fromNetwork(url)]));
  }
  await cache.put(address(LIST), list); // the last one: a cache with a list is complete
}

/** What other builds' caches have: copies by digest, addresses, and names of the models that are kept whole. */
async function earlier() {
  const found = { copies: new Map(), urls: new Set(), models: new Set() };
  for (const build of (await caches.keys()).map(buildOf)) {
    if (!build || build === BUILD) continue;
    const [list, kept] = [(await listOf(build)) ?? [], await keptIn(build)];
    const lacking = new Set();
    for (const [url, { sha256, model }] of list) {
      if (!kept.has(url)) {
        lacking.add(model);
        continue;
      }
      found.urls.add(url);
      found.copies.set(sha256, [() => caches.match(url, { cacheName: cacheOf(build) })]);
    }
    for (const [, { model }] of list) if (model && !lacking.has(model)) found.models.add(model);
  }
  return found;
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

const reasonOf = ({ name, message }) =>
  name === "QuotaExceededError" ? "there is not enough room for it in this browser" : message;

// --- which page belongs to which build ---

const pins = new Map();

/** The build that a page or worker is pinned to, if it is. */
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
  if (self.serviceWorker?.state === "activating") await Promise.race([activation, patience()]); // some browsers do not wait for that
  const build = (request.mode !== "navigate" && clientId && (await pinOf(clientId))) || BUILD;
  const updating = registration.installing || registration.waiting;
  if (resultingClientId && (updating || build !== BUILD)) await pin(resultingClientId, build);
  return build;
}

let activationIsOver;
const activation = new Promise((resolve) => (activationIsOver = resolve));
const patience = () => new Promise((resolve) => setTimeout(resolve, ACTIVATION_MS)); // no page may hang on it

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

/** Remove pins of pages that are closed, and the caches of builds that no page needs. */
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
  const url = urlOf(event.request);
  if (url) event.respondWith(answer(event, url));
});

/** The address of what is asked for, if it may be a file of ours. */
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
  const expected = (await listOf(build))?.get(url);
  if (!expected) return fetch(event.request);
  return (expected.bytes < STREAMED ? whole : streamed)(url, expected, build);
}

/** A small file that is not kept yet: checked, then passed on. */
async function whole(url, { sha256 }, build) {
  const file = await obtain(url, sha256, fromNetwork(url)).catch(() => Response.error());
  if (file.ok) await keep(url, file.clone(), build);
  return file;
}

const suspects = new Set(); // what the browser's own cache has of these is damaged

/** A large file that is not kept yet: passed on while it arrives; if it proves damaged the page never gets its end. */
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

/** Keep a file, unless the user has removed what was kept; one that there is no room for is not kept. */
async function keep(url, file, build) {
  const name = cacheOf(build);
  if (await caches.has(name)) await (await caches.open(name)).put(url, file).catch(() => {});
}

// --- what pages ask ---

/** The files of this build, [{path, bytes, model, kept}]; none if the cache was removed. */
async function state() {
  if (await isGone()) return remove();
  await sweep();
  const [list, kept] = [await listOf(BUILD), await keptIn(BUILD)];
  if (!kept.size) return [];
  const path = (url) => decodeURI(url.slice(registration.scope.length));
  return [...list].map(([url, { bytes, model }]) => ({ path: path(url), bytes, model, kept: kept.has(url) }));
}

/** Whether the site was taken away from here: then its copy must not stand in the way of what comes instead. */
async function isGone() {
  const response = await fetch(address("sw.js"), { method: "HEAD", cache: "no-store" }).catch(() => null);
  return [404, 410].includes(response?.status);
}

/** Remove all that is kept, and this worker. */
async function remove() {
  await registration.unregister();
  lists.clear();
  const names = (await caches.keys()).filter((name) => name === PINS || buildOf(name));
  await Promise.all(names.map((name) => caches.delete(name)));
  return [];
}

/** Fill the cache anew after it was removed, by the user or the browser. */
async function refill() {
  await fill();
  await (await caches.open(PINS)).put(CURRENT, new Response(BUILD));
}

/** Take over the page of the first visit. Not while activating: Firefox waits for ever if a page is just being reloaded. */
const claim = () => clients.claim();

const METHODS = { state, claim, refill, remove };

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
