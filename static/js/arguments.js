// Checks of what programs pass to the API, so that an error names the argument and what it must be.

import { SemblanceError } from "./errors.js";

/** A check that gives the value back, or throws an error that says what `argument` must be. */
const check = (key, isRight) => (value, argument) => {
  if (!isRight(value)) throw new SemblanceError("BadArgument", key, { argument });
  return value;
};

export const text = check("argument_text", (value) => typeof value === "string");
export const name = check("argument_name", (value) => typeof value === "string" && value.trim() !== "");
export const wholeNumber = check("argument_number", (value) => Number.isInteger(value) && value >= 0);
export const object = check("argument_object", (value) => typeof value === "object" && value !== null);
export const optionalFunction = check("argument_function", (value) => value === undefined || typeof value === "function");

const isList = (value) => typeof value !== "string" && typeof value?.[Symbol.iterator] === "function";

/** The members of a list, each checked. */
export const listOf = (checkMember) => (value, argument) =>
  Array.from(check("argument_list", isList)(value, argument), (member, i) => checkMember(member, `${argument}[${i}]`));
