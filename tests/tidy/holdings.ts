import type { Declared } from "../../scripts/documents/holdings.ts";

/** table.column of every table in a dumped schema. */
export function columnsOf(schema: string): string[] {
  return [...schema.matchAll(/^create table (?:if not exists )?(\w+) \(\n([\s\S]*?)\n\)/gim)].flatMap(
    ([, table = "", body = ""]) =>
      body
        .split("\n")
        .map((line) => /^\s*"?(\w+)"?\s/.exec(line)?.[1] ?? "")
        .filter((word) => word !== "" && !/^(constraint|primary|unique|check|foreign|exclude)$/i.test(word))
        .map((column) => `${table}.${column}`),
  );
}

/** Columns that nobody answers for, that two modules answer for, or that are not there. */
export function undeclared(columns: readonly string[], declared: readonly Declared[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { file, holdings } of declared)
    for (const { table, column } of holdings) {
      const name = `${table}.${column}`;
      owners.set(name, [...(owners.get(name) ?? []), file]);
    }
  const known = new Set(columns);
  const missing = columns
    .filter((name) => !owners.has(name))
    .map((name) => `${name} is declared in no privacy.ts`);
  const wrong = [...owners].flatMap(([name, files]) => {
    if (!known.has(name)) return [`${name} is declared in ${files.join(", ")} and is not in db/schema.sql`];
    return files.length > 1 ? [`${name} is declared ${files.length} times: ${files.join(", ")}`] : [];
  });
  return [...missing, ...wrong];
}
