import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { filesBelow, isTest } from "../source-files.ts";

/** A bound that the code names: a size, a time, a count. */
export interface Limit {
  file: string;
  /** `name`, or `object.name`. */
  name: string;
  value: string;
  /** The comment beside it; "" when there is none. */
  reason: string;
}

// What names of bounds end in: the side of the bound, or a unit (STYLE: units and bounds last).
const boundName =
  /(Max(V\d+)?|Min|Ms|Seconds|Minutes|Hours|Days|Months|Share|Count|Every|Size|Water|PerLook|ForConnection|After|connections)$/;
// How long an hour is, is no decision; nor is what the database has counted.
const unitName = /^((second|minute|hour|day|week)(s|Ms)?|rowCount)$/;

const parts: readonly { folder: string; title: string }[] = [
  { folder: "src/config/", title: "Start" },
  { folder: "src/base/", title: "Database, files and log (base/)" },
  { folder: "src/mail/", title: "Mail standards (mail/)" },
  { folder: "src/core/", title: "The product (core/)" },
  { folder: "src/edge/http/", title: "HTTP (edge/http/)" },
  { folder: "src/edge/smtp/", title: "SMTP (edge/smtp/)" },
  { folder: "src/edge/worker/", title: "Delivery (edge/worker/)" },
  { folder: "src/edge/cli/", title: "Commands (edge/cli/)" },
];

/** docs/limits.md: every named limit with its value and its reason. */
export function limitsPage(folder: string): string {
  const limits = filesBelow(folder, "src", ".ts")
    .filter((file) => !isTest(file))
    .flatMap((file) => limitsIn(file, readFileSync(path.join(folder, file), "utf8")));
  const sections = parts.flatMap(({ folder: root, title }) => {
    const own = limits.filter(({ file }) => file.startsWith(root));
    return own.length === 0 ? [] : [`## ${title}\n\n${tableOf(own)}`];
  });
  return `${[
    "# Limits",
    "Every size, time and count that the code bounds by name, with its value and the reason given beside it. Made from the source by `npm run docs`. What an operator can set is in [settings.md](settings.md); what these limits mean in operation is in [operations.md](operations.md).",
    ...sections,
  ].join("\n\n")}\n`;
}

function tableOf(limits: readonly Limit[]): string {
  const rows = limits.map(({ file, name, value, reason }) => {
    return `| \`${name}\` | ${value} | ${reason.replaceAll("|", "\\|")} | \`${file}\` |`;
  });
  return ["| limit | value | why | where |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

/** The limits that a source file names at its top level. */
export function limitsIn(file: string, text: string): Limit[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const known = new Map<string, number>();
  const lineOf = (position: number) => tree.getLineAndCharacterOfPosition(position).line;
  let shared = "";
  let lineBefore = -1;
  return tree.statements.flatMap((statement) => {
    // One comment may stand above several lines that belong together.
    const above = commentAbove(text, statement);
    if (above !== "" || lineOf(statement.getStart(tree)) !== lineBefore + 1) shared = above;
    lineBefore = lineOf(statement.getEnd());
    const reason = joined(shared, commentBehind(text, statement));
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap((declaration) => {
      if (!ts.isIdentifier(declaration.name) || declaration.initializer === undefined) return [];
      const { text: name } = declaration.name;
      const read = new Reader(text, tree, known);
      const value = read.number(declaration.initializer);
      if (value !== null) known.set(name, value);
      return read.limits(name, declaration.initializer, reason).map((limit) => ({ file, ...limit }));
    });
  });
}

class Reader {
  readonly #text: string;
  readonly #tree: ts.SourceFile;
  readonly #known: ReadonlyMap<string, number>;

  constructor(text: string, tree: ts.SourceFile, known: ReadonlyMap<string, number>) {
    this.#text = text;
    this.#tree = tree;
    this.#known = known;
  }

  limits(name: string, node: ts.Expression, reason: string): Omit<Limit, "file">[] {
    const last = name.slice(name.lastIndexOf(".") + 1);
    const isBound = boundName.test(last) && !unitName.test(last);
    const bare = unwrapped(node);
    if (isBound && ts.isArrayLiteralExpression(bare)) return this.#list(name, bare, reason);
    const value = this.number(bare);
    if (value !== null) return isBound ? [{ name, value: this.#shown(bare, value), reason }] : [];
    if (!ts.isObjectLiteralExpression(bare)) return [];
    // What is said of the whole stands at its first limit only.
    let unsaid = reason;
    return bare.properties.flatMap((property) => {
      if (!ts.isPropertyAssignment(property)) return [];
      const own = joined(commentAbove(this.#text, property), commentBehind(this.#text, property));
      const place = `${name}.${property.name.getText(this.#tree)}`;
      const found = this.limits(place, property.initializer, own || unsaid);
      if (found.length > 0) unsaid = "";
      return found;
    });
  }

  /** The value of an expression of numbers; null for anything else. */
  number(node: ts.Expression): number | null {
    const bare = unwrapped(node);
    if (ts.isNumericLiteral(bare)) return Number(bare.text);
    if (ts.isIdentifier(bare))
      return this.#known.get(bare.text) ?? (bare.text === "Infinity" ? Infinity : null);
    if (ts.isPropertyAccessExpression(bare))
      return /Infinity|POSITIVE_INFINITY/.test(bare.getText()) ? Infinity : null;
    if (!ts.isBinaryExpression(bare)) return null;
    const [left, right] = [this.number(bare.left), this.number(bare.right)];
    if (left === null || right === null) return null;
    return calculated(bare.operatorToken.kind, left, right);
  }

  #list(name: string, node: ts.ArrayLiteralExpression, reason: string): Omit<Limit, "file">[] {
    const values = node.elements.map((element) => this.number(element));
    return values.includes(null) ? [] : [{ name, value: values.join(", "), reason }];
  }

  #shown(node: ts.Expression, value: number): string {
    if (value === Infinity) return "none";
    const written = node.getText(this.#tree);
    const digits = value.toLocaleString("en-GB", { maximumFractionDigits: 6 });
    const isProduct = ts.isBinaryExpression(node) && !/[a-z]/i.test(written);
    return isProduct ? `${digits} (${written.replaceAll("*", "×")})` : digits;
  }
}

function calculated(operator: ts.SyntaxKind, left: number, right: number): number | null {
  switch (operator) {
    case ts.SyntaxKind.AsteriskToken:
      return left * right;
    case ts.SyntaxKind.AsteriskAsteriskToken:
      return left ** right;
    case ts.SyntaxKind.PlusToken:
      return left + right;
    case ts.SyntaxKind.MinusToken:
      return left - right;
    default:
      return null;
  }
}

function unwrapped(node: ts.Expression): ts.Expression {
  const wraps =
    ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node);
  return wraps ? unwrapped(node.expression) : node;
}

const joined = (...texts: string[]) => texts.filter((each) => each !== "").join(" — ");

function commentAbove(text: string, node: ts.Node): string {
  const ranges = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  return wordsOf(text, attached(text, ranges, node.getStart()));
}

function commentBehind(text: string, node: ts.Node): string {
  const separator = /[;,]/.test(text[node.getEnd()] ?? "") ? 1 : 0;
  return wordsOf(text, ts.getTrailingCommentRanges(text, node.getEnd() + separator) ?? []);
}

function wordsOf(text: string, ranges: readonly ts.CommentRange[]): string {
  return ranges
    .map(({ pos, end }) => text.slice(pos, end).replace(/^\/(\*+|\/)|\*\/$|\n\s*\*/g, " "))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
}

// A comment with an empty line below it speaks of all that follows, not of this node.
function attached(text: string, ranges: readonly ts.CommentRange[], start: number): ts.CommentRange[] {
  const kept: ts.CommentRange[] = [];
  let below = start;
  for (const range of ranges.toReversed()) {
    if (/\n\s*\n/.test(text.slice(range.end, below))) break;
    kept.unshift(range);
    below = range.pos;
  }
  return kept;
}
