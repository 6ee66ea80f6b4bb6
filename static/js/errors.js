// Errors as they cross between JavaScript and Python: {type, message, where}. `type` is the name of a class in
// py/semblance/errors.py. The class holds what the user can do.

export class SemblanceError extends Error {
  constructor(type, message, where = "") {
    super(message);
    this.name = "SemblanceError";
    this.type = type;
    this.where = where;
  }
}

/** The error of a module or a worker of the site that could not be loaded. Browsers don't say why. */
export const notLoaded = (where) =>
  new SemblanceError(navigator.onLine ? "ModelError" : "NeedsNetwork", "a part of the page could not be loaded", where);

/** The result of an import on first use, whose file may be missing. */
export const late = (importing, path) =>
  importing.catch(() => {
    throw notLoaded(path);
  });

/** An error as the plain object that crosses in a message. */
export const toMessage = (error) => ({
  type: error.type ?? "SemblanceError",
  message: error.message ?? String(error),
  where: error.where ?? "",
});

export const fromMessage = ({ type, message, where }) => new SemblanceError(type, message, where);

/** As `fromMessage`, for a Python error that is shown as it is. Its text also says where it happened and what to do. */
export const shownError = ({ type, message, where, text = message }) => new SemblanceError(type, text, where);
