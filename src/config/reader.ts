import { type Env, type Variable, type VariableKey, variables } from "./env.ts";
import type { Parsed } from "./parse.ts";
import type { Problem } from "./shape.ts";

/** Keys of the variables that have a value even when nobody sets them. */
type KeyWithFallback = {
  [K in VariableKey]: (typeof variables)[K]["fallback"] extends string ? K : never;
}[VariableKey];

type Parse<T> = (text: string) => Parsed<T>;

/** Reads variables one by one and notes what is wrong with each, so that all of it can be told at once. */
export class Reader {
  readonly problems: Problem[] = [];
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  /** A variable with a fallback. After a complaint the fallback stands in, so that the reading can go on. */
  value<T>(key: KeyWithFallback, parse: Parse<T>): T {
    // Null may be what was asked for: a limit of `none`.
    const parsed = this.#parse(key, parse);
    return parsed === null ? fallbackOf(key, parse) : parsed.value;
  }

  /** A variable whose absence means something; null also after a complaint. */
  optional<T>(key: VariableKey, parse: Parse<T>): T | null {
    return this.#parse(key, parse)?.value ?? null;
  }

  #parse<T>(key: VariableKey, parse: Parse<T>): { value: T } | null {
    const text = this.#env[key];
    if (text === null) return null;
    const parsed = parse(text);
    if ("value" in parsed) return parsed;
    this.complain(key, parsed.wrong);
    return null;
  }

  isSet(key: VariableKey): boolean {
    return this.#env[key] !== null;
  }

  complain(key: VariableKey, wrong: string): void {
    this.problems.push(problemOf(key, wrong));
  }
}

/** What is wrong with one variable, with the example that stands beside it. */
export function problemOf(key: VariableKey, wrong: string): Problem {
  const { name, example } = variables[key] satisfies Variable;
  return { variable: name, wrong, example };
}

function fallbackOf<T>(key: KeyWithFallback, parse: Parse<T>): T {
  const parsed = parse(variables[key].fallback);
  if ("value" in parsed) return parsed.value;
  throw new Error(`The default of ${variables[key].name} ${parsed.wrong}.`);
}
