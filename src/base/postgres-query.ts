import type { Value } from "./postgres-values.ts";

/** SQL text with its parameters. Made by `sql` only, so that a value can never become text by accident. */
export class Query {
  readonly parts: readonly string[];
  readonly values: readonly Value[];
  readonly name: string | undefined;
  #text: string | undefined;

  constructor(parts: readonly string[], values: readonly Value[], name?: string) {
    this.parts = parts;
    this.values = values;
    this.name = name;
  }

  /** The text with $1, $2, … where the values go. */
  get text(): string {
    this.#text ??= textOf(this.parts);
    return this.#text;
  }
}

// A template without fragments gives the same array of strings each time: its text is built once.
const texts = new WeakMap<readonly string[], string>();

function textOf(parts: readonly string[]): string {
  const known = texts.get(parts);
  if (known !== undefined) return known;
  const text = parts.reduce((sum, part, index) => `${sum}$${index}${part}`);
  texts.set(parts, text);
  return text;
}

type Insert = Value | Query;

function template(name: string | undefined, strings: readonly string[], inserts: readonly Insert[]): Query {
  if (!inserts.some((insert) => insert instanceof Query)) {
    return new Query(strings, inserts as readonly Value[], name);
  }
  const parts = [strings[0] ?? ""];
  const values: Value[] = [];
  for (const [index, insert] of inserts.entries()) {
    if (insert instanceof Query) splice(parts, values, insert);
    else {
      values.push(insert);
      parts.push("");
    }
    parts[parts.length - 1] += strings[index + 1] ?? "";
  }
  return new Query(parts, values, name);
}

function splice(parts: string[], values: Value[], query: Query): void {
  parts[parts.length - 1] += query.parts[0] ?? "";
  parts.push(...query.parts.slice(1));
  values.push(...query.values);
}

type Tag = (strings: TemplateStringsArray, ...inserts: Insert[]) => Query;

// PostgreSQL cuts names at 63 bytes (NAMEDATALEN - 1): two longer ones could become the same.
const nameBytesMax = 63;

/** Builds queries: sql`select d.name from domain d where d.account_id = ${accountId}`. A value becomes a
 *  parameter, a nested Query is spliced in and renumbered.
 *
 *  - `sql.named("settle")`…`` is prepared once a connection: for hot paths; the text must always be the same.
 *  - `sql.join([sql`a`, sql`b`], " and ")` puts fragments together; `sql.empty` is a fragment of nothing.
 *  - `sql.identifier("message_2026_48")` quotes a name, `sql.literal(5n)` writes a value into DDL, where
 *    PostgreSQL takes no parameters.
 *  - `sql.script(text)` runs a file of several statements; it must never hold a value from outside. */
export const sql = Object.assign(((strings, ...inserts) => template(undefined, strings, inserts)) as Tag, {
  empty: new Query([""], []),

  named(name: string): Tag {
    const statement = checkedName(name);
    return (strings, ...inserts) => template(statement, strings, inserts);
  },

  join(queries: readonly Query[], separator = ", "): Query {
    const parts = [""];
    const values: Value[] = [];
    for (const [index, query] of queries.entries()) {
      if (index > 0) parts[parts.length - 1] += separator;
      splice(parts, values, query);
    }
    return new Query(parts, values);
  },

  identifier(name: string): Query {
    return new Query([`"${checkedName(name).replaceAll('"', '""')}"`], []);
  },

  literal(value: string | bigint | Date): Query {
    return new Query([literalText(value)], []);
  },

  script(text: string): Query {
    return new Query([text], []);
  },
});

function checkedName(name: string): string {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > nameBytesMax || name.includes("\0")) {
    throw new RangeError(`A name in SQL has 1 to ${nameBytesMax} bytes: ${JSON.stringify(name)}.`);
  }
  return name;
}

function literalText(value: string | bigint | Date): string {
  if (typeof value === "bigint") return value.toString();
  const text = typeof value === "string" ? value : value.toISOString();
  if (text.includes("\0")) throw new RangeError("A literal in SQL holds no NUL.");
  // The E form reads backslashes alike whatever standard_conforming_strings says.
  const quoted = text.replaceAll("'", "''");
  return quoted.includes("\\") ? `E'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}
