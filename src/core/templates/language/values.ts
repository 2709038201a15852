import { numericTextCharactersMax } from "./limits.ts";
import { TemplateFailure } from "./problem.ts";

/** The value a container holds under a name, or undefined. Only what is its own counts: `constructor` and `__proto__`
 *  are names like any other, and of an array only its elements can be reached. */
export function ownValue(container: unknown, name: string): unknown {
  if (typeof container !== "object" || container === null) return undefined;
  if (!Object.hasOwn(container, name)) return undefined;
  if (Array.isArray(container) && name === "length") return undefined;
  return (container as Record<string, unknown>)[name];
}

/** Follows a path of names. A null at its end is nothing: the API takes no null, so it can only mean "not given". */
export function valueAt(container: unknown, path: readonly string[]): unknown {
  let value = container;
  for (const name of path) {
    value = ownValue(value, name);
    if (value === undefined) return undefined;
  }
  return value ?? undefined;
}

/** What a condition makes of a value. False are: false, 0, the texts "", "0" and "false" (form fields and contact
 *  properties often arrive as text), and the empty list. */
export function isTrue(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "" && value !== "0" && !(value.length === 5 && value.toLowerCase() === "false");
    case "number":
      return value !== 0;
    case "bigint":
      return value !== 0n;
    default:
      return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
  }
}

/** The text of a value as {{ }} prints it. Lists and objects have none. */
export function textOf(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "boolean":
      return value ? "true" : "false";
    case "number":
      return numberText(value);
    case "bigint":
      return value.toString();
    default:
      throw new TemplateFailure("expression", "A list or an object cannot be printed");
  }
}

// Fifteen digits are what a double holds for certain, so that 0.1 + 0.2 prints 0.3. Nothing prints an exponent.
function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TemplateFailure("expression", "Number out of range");
  if (Number.isSafeInteger(value)) return value === 0 ? "0" : String(value);
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = String(Number(value.toPrecision(15)));
  if (!text.includes("e")) return text;
  return withoutTrailingZeros(value.toFixed(20));
}

function withoutTrailingZeros(text: string): string {
  let end = text.length;
  while (text[end - 1] === "0") end--;
  if (text[end - 1] === ".") end--;
  const shown = text.slice(0, end);
  return shown === "-0" ? "0" : shown;
}

const numericText = /^[+-]?\d+(\.\d+)?$/;

/** The number a value stands for, or undefined. Whole numbers that a double cannot hold stay exact. */
export function numberOf(value: unknown): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value !== "string" || value.length > numericTextCharactersMax || !numericText.test(value))
    return undefined;
  const number = Number(value);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && !value.includes(".")
    ? BigInt(value)
    : number;
}

/** The number a value stands for, to calculate with. */
export function calculable(value: unknown): number {
  const number = numberOf(value);
  if (number === undefined) throw new TemplateFailure("expression", "Number expected");
  return inRange(Number(number));
}

/** Refuses a result that is no longer exact, rather than print a wrong total. */
export function inRange(result: number): number {
  if (!Number.isFinite(result) || (Number.isInteger(result) && !Number.isSafeInteger(result))) {
    throw new TemplateFailure("expression", "Number out of range");
  }
  return result;
}

/** Whether two values are equal: numbers by value, also when one of them is written as text; texts exactly; true and
 *  false also as the texts "true" and "false", or as 1 and 0. A list or an object equals nothing but itself. */
export function areEqual(left: unknown, right: unknown): boolean {
  if (typeof left === typeof right) return left === right;
  if (typeof left === "boolean") return equalsTruth(left, right);
  if (typeof right === "boolean") return equalsTruth(right, left);
  const [a, b] = [numberOf(left), numberOf(right)];
  // Compared by order, since === tells 1 from 1n.
  return a !== undefined && b !== undefined && !(a < b) && !(a > b);
}

function equalsTruth(truth: boolean, value: unknown): boolean {
  if (typeof value === "string") return value.length <= 5 && value.toLowerCase() === String(truth);
  return value === Number(truth);
}

/** The order of two values: negative when the left comes first, 0 when neither does. Numbers by value, also when they
 *  are written as text; otherwise texts by their characters. */
export function order(left: unknown, right: unknown): number {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a < b ? -1 : Number(a > b);
  const [first, second] = [comparableText(left), comparableText(right)];
  return first < second ? -1 : Number(first > second);
}

function comparableText(value: unknown): string {
  if (typeof value === "object") throw new TemplateFailure("expression", "A list or an object has no order");
  return textOf(value);
}

/** How many characters an operation on these values may have to read. */
export function charactersIn(...values: unknown[]): number {
  let characters = 0;
  for (const value of values) if (typeof value === "string") characters += value.length;
  return characters;
}
