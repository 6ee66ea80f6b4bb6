// Errors as they cross between JavaScript and Python: {type, key, values, where, message}. `type` is the name of a class in
// py/semblance/errors.py, which knows what the user can do. `key` names what happened in py/semblance/messages/LANGUAGE/, and
// `values` fill its placeholders. `message` is that in English. Programs read it; users read their own language.

const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
const FILE = "scripts"; // that these keys stand in

export class SemblanceError extends Error {
  /** @param {string} key  of a text of scripts.toml; what is no key is itself the text, such as a browser's own */
  constructor(type, key, values = {}, where = "") {
    const text = MESSAGES.en[key];
    super(text?.replace(/\{(\w+)\}/g, (_, name) => values[name]) ?? key);
    this.name = "SemblanceError";
    this.type = type;
    this.key = text === undefined ? "" : `${FILE}.${key}`;
    this.values = values;
    this.where = where;
  }
}

/** The error of a module or a worker of the site that could not be loaded. Browsers don't say why. */
export const notLoaded = (where) => new SemblanceError(navigator.onLine ? "ModelError" : "NeedsNetwork", "part", {}, where);

const nothing = () => {};

/** A module that all else works without, or what stands in for it where it can't be had in time. */
const dispensable = (importing, otherwise) =>
  Promise.race([importing, new Promise((resolve) => setTimeout(resolve, TOO_LATE_MS, otherwise))]).catch(() => otherwise);

const TOO_LATE_MS = 8000;
const TICK_MS = 1000;
const QUIET = 4; // ticks after which files that have not arrived are looked at

/**
 * Call `report` with the error of a file that does not arrive, if there is one and `stop` is not called in time. With the script
 * of a worker, a script at fault is reported, too: where a module can't be loaded, Firefox (153) starts no worker and says nothing.
 *
 * @returns {() => void}  `stop`
 */
export function watchSilence(report, script = "") {
  let ticks = 0;
  let isStopped = false;
  const counting = setInterval(async () => {
    if (++ticks % (2 * QUIET) !== QUIET) return;
    const { silentFile } = await dispensable(import("./silence.js"), { silentFile: nothing });
    const file = await silentFile();
    if (isStopped) return;
    const error = file ? new SemblanceError("ModelError", "late", {}, file) : script && (await (await faults()).scriptAtFault(script));
    if (error && !isStopped) report(error);
  }, TICK_MS);
  return () => {
    isStopped = true;
    clearInterval(counting);
  };
}

/** The result of a load of files of the site. It fails with a file that does not arrive. */
export function unlessSilent(loading) {
  let stop;
  const silent = new Promise((_, reject) => (stop = watchSilence(reject)));
  return Promise.race([loading, silent]).finally(stop);
}

let checks; // promise of the module that checks files; one that does not arrive is awaited once

const faults = () =>
  (checks ??= dispensable(import("./faults.js"), {
    expectationOf: nothing,
    faultBehind: nothing,
    faultOf: nothing,
    scriptAtFault: nothing,
  }));

/** What `download` is to expect of a file of the site, by its path; undefined if that is not known. */
export const expectationOf = async (path) => (await faults()).expectationOf(path);

/** The error of a file at fault among those that a script needs, if there is one; else the error that made us look. */
export const explained = async (error, script) => (await (await faults()).faultOf(script)) ?? error;

/** The same for an error that the page's own scripts threw: what is at fault is one of them. */
export const explainedByScripts = async (error) => (await (await faults()).faultBehind(error)) ?? error;

/** The result of an import on first use, whose file, or one that it imports, may be missing. */
export const late = (importing, path) =>
  unlessSilent(
    importing.catch(async () => {
      throw await explained(notLoaded(path), path);
    }),
  );

/** An error as the plain object that crosses in a message. */
export const toMessage = (error) => ({
  type: error.type ?? "SemblanceError",
  key: error.key ?? "",
  values: error.values ?? {},
  message: error.message ?? String(error),
  where: error.where ?? "",
});

/** @param {{type: string, key?: string, values?: object, message: string, where: string}} crossed */
export const fromMessage = ({ type, key = "", values = {}, message, where }) =>
  Object.assign(new SemblanceError(type, message, values, where), { key });

/**
 * As `fromMessage`, for a Python error that programs get whole. Its text also says where it happened and what to do.
 *
 * @param {{type: string, text?: string, key?: string, message: string, where: string}} crossed
 */
export const shownError = ({ text, ...error }) => fromMessage({ ...error, message: text ?? error.message });
