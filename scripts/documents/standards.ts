import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { filesBelow, isTest } from "../source-files.ts";

// “RFC 5321 §4.5.3.2”, “RFC 8461 section 3”, “RFC 5322”; “ISO 3166-1” or “ISO/IEC 27001 §5”.
const citation =
  /\b(RFC ?\d{3,5}|ISO(?:\/IEC)? ?\d{4,5}(?:-\d+)?)(?:,? ?(?:§+ ?|section |appendix )([0-9A-Z]+(?:\.[0-9A-Z]+)*))?/g;

/** docs/standards.tsv: which clause of which standard is the reason of code in which file. */
export function standards(folder: string): string {
  const lines = new Set<string>();
  for (const file of filesBelow(folder, "src", ".ts").filter((name) => !isTest(name)))
    for (const clause of citedIn(readFileSync(path.join(folder, file), "utf8")))
      lines.add(`${clause}\t${file}`);
  return `${[...lines].sort(byStandard).join("\n")}\n`;
}

/** The clauses that the comments of a source text cite. */
export function citedIn(text: string): string[] {
  return commentsOf(text).flatMap((comment) =>
    [...comment.matchAll(citation)].map(([, standard = "", clause]) => {
      const name = standard.replace(/^(RFC|ISO(?:\/IEC)?) ?/, "$1 ");
      return clause === undefined ? name : `${name} §${clause}`;
    }),
  );
}

/** Comments as the compiler sees them: what looks like one inside a text or a pattern is none. */
export function commentsOf(text: string): string[] {
  const source = ts.createSourceFile("x.ts", text, ts.ScriptTarget.Latest, true);
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    const ranges = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ];
    for (const { pos, end } of ranges) if (!isInsideText(node, pos)) found.set(pos, text.slice(pos, end));
    for (const child of node.getChildren(source)) visit(child);
  };
  visit(source);
  return [...found].sort(([a], [b]) => a - b).map(([, comment]) => comment);
}

// The parts of a template literal end where text goes on, so what follows them is text, not trivia.
function isInsideText(node: ts.Node, position: number): boolean {
  return (ts.isTemplateHead(node) || ts.isTemplateMiddle(node)) && position < node.getEnd();
}

function byStandard(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
