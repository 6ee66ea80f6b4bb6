// Errors as they cross between JavaScript and Python: {type, message, where}. `type` is the name of a class in
// py/semblance/errors.py, which also holds what the user can do about it.

export class SemblanceError extends Error {
  constructor(type, message, where = "") {
    super(message);
    this.name = "SemblanceError";
    this.type = type;
    this.where = where;
  }
}

/** The plain object that stands for any error in a message. */
export const toMessage = (error) => ({
  type: error.type ?? "SemblanceError",
  message: error.message ?? String(error),
  where: error.where ?? "",
});

export const fromMessage = ({ type, message, where }) => new SemblanceError(type, message, where);

/** As `fromMessage`, of an error of Python's that is shown as it is: its text says where and what to do, too. */
export const shownError = ({ type, message, where, text = message }) => new SemblanceError(type, text, where);
