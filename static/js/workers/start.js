// Starting workers. Only pages do: in a worker of Firefox (153), `new Worker` sometimes never returns, and the worker is lost.
// So a worker that wants another asks whoever started it, and gets one end of a MessageChannel to it:
//
//   worker -> starter      {start: address, number, port} | {end: number}
//   starter -> worker      {failed: number, reason}
//   starter -> new worker  {port}                          whom to answer, see rpc.js

const inPage = Boolean(globalThis.document);
const asked = new Map(); // number -> the worker as it was asked for
const startedFor = new WeakMap(); // worker -> Map of those that it asked for
let lastNumber = 0;

/** Start a module worker of the site, given its address. The double-click edition has its own way: see offline/page.js. */
export const startWorker = async (address) => (inPage ? start(address) : ask(address));

/** End a worker, and those that it asked for. */
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

/** What stands for a worker in a worker: as much of `Worker` as rpc.js uses. */
function ask(address) {
  const { port1: own, port2: port } = new MessageChannel();
  const number = ++lastNumber;
  const worker = {
    onerror() {},
    postMessage: (message, transfer) => own.postMessage(message, transfer),
    terminate() {
      postMessage({ end: number });
      asked.delete(number);
    },
    set onmessage(listener) {
      own.onmessage = listener;
    },
  };
  asked.set(number, worker);
  postMessage({ start: address, number, port }, [port]);
  return worker;
}

if (!inPage) {
  addEventListener("message", ({ data }) => {
    if (data.failed) asked.get(data.failed)?.onerror({ message: data.reason, preventDefault() {} });
  });
}
