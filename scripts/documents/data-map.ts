import type { Holding } from "../../src/base/holdings.ts";
import { type Declared, declaredHoldings } from "./holdings.ts";

/** docs/data-map.md: the record of processing (GDPR art. 30), as the modules declare it. */
export async function dataMap(folder: string): Promise<string> {
  const declared = await declaredHoldings(folder);
  const sections = declared.filter(({ holdings }) => holdings.length > 0).map(moduleSection);
  return `${[
    "# Data map",
    "What the database holds, why, on which legal ground and how long: the record of processing activities (GDPR art. 30). Each module declares its own columns, and a test fails on a column of `db/schema.sql` that is declared nowhere or twice. Made from the modules' `privacy.ts` by `npm run docs`.",
    ...sections,
  ].join("\n\n")}\n`;
}

function moduleSection({ file, holdings }: Declared): string {
  const tables = [...Map.groupBy(holdings, ({ table }) => table)].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = tables.map(([table, columns]) => `### ${table}\n\n${tableOf(columns)}`);
  return [`## ${moduleName(file)}`, `Declared in \`${file}\`.`, ...parts].join("\n\n");
}

const moduleName = (file: string) => /^src\/core\/([^/]+)\//.exec(file)?.[1] ?? "base";

const head = [
  "columns",
  "category",
  "purpose",
  "we are",
  "about",
  "legal basis",
  "kept",
  "in exports",
  "erasure",
];

/** One row for all columns that share everything but their names. */
function tableOf(holdings: readonly Holding[]): string {
  const groups = Map.groupBy(holdings, ({ table: _table, column: _column, ...shared }) =>
    JSON.stringify(shared),
  );
  return aligned([head, ...[...groups.values()].map(cellsOf)]);
}

function cellsOf(alike: readonly Holding[]): string[] {
  const [first] = alike;
  if (first === undefined) return [];
  const columns = alike.map(({ column }) => `\`${column}\``).join(", ");
  const exported = first.isExported ? "yes" : "no";
  return [
    columns,
    first.category,
    first.purpose,
    first.role,
    first.subject,
    first.basis,
    first.retention,
    exported,
    first.erasure,
  ];
}

/** A table of Markdown whose columns line up, as the formatter would have it. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  const [first = [], ...rest] = rows;
  return [line(first), line(rule), ...rest.map(line)].join("\n");
}
