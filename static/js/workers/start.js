// Starts workers. Only pages start them: in a worker of Firefox (153), `new Worker` sometimes never returns, and the worker is
// lost. So a worker that needs another asks its starter, and gets one end of a MessageChannel to it:
//
//   worker -> starter      {start: address, number, port} | {end: number}
//   starter -> worker      {failed: number, reason}
//   starter -> new worker  {port}                          the port to answer at, see rpc.js

const inPage = Boolean(globalThis.document);
const remote = new Map(); // number -> what stands here for a worker that the starter started
const startedFor = new WeakMap(); // worker -> Map of number to a worker that it asked for
let lastNumber = 0;

/** Start a module worker of the site by its address. The double-click edition has its own way: see offline/files.js. */
export const startWorker = async (address) => (inPage ? start(address) : ask(address));

/** End a worker, and the workers that it asked for. */
export function endWorker(worker) {
  for (const other of startedFor.get(worker)?.values() ?? []) endWorker(other);
  worker.terminate();
}

async function start(address) {
  const worker = await (globalThis.semblanceFiles?.startWorker(address) ?? new Worker(address, { type: "module" }));
  startedFor.set(worker, new Map());
  worker.addEventListener("message", ({ data }) => {
    if (data.start) startFor(worker, data);
    else if (data.end) endFor(worker, data.end);
  });
  return worker;
}

async function startFor(worker, { start: address, number, port }) {
  const fail = ({ message }) => worker.postMessage({ failed: number, reason: message });
  try {
    const other = await start(address);
    startedFor.get(worker).set(number, other);
    other.addEventListener("error", fail);
    other.postMessage({ port }, [port]);
  } catch (error) {
    fail(error);
  }
}

function endFor(worker, number) {
  const others = startedFor.get(worker);
  if (others.has(number)) endWorker(others.get(number));
  others.delete(number);
}

/** What stands for another worker inside a worker: the part of `Worker` that rpc.js uses. */
function ask(address) {
  const { port1: own, port2: port } = new MessageChannel();
  const number = ++lastNumber;
  const worker = {
    onerror() {},
    postMessage: (message, transfer) => own.postMessage(message, transfer),
    terminate() {
      postMessage({ end: number });
      remote.delete(number);
    },
    set onmessage(listener) {
      own.onmessage = listener;
    },
  };
  remote.set(number, worker);
  globalThis.postMessage({ start: address, number, port }, { transfer: [port] });
  return worker;
}

if (!inPage) {
  addEventListener("message", ({ data }) => {
    if (data.failed) remote.get(data.failed)?.onerror({ message: data.reason, preventDefault() {} });
  });
}
