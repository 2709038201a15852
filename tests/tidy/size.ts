import ts from "typescript";
import { isTest } from "../../scripts/source-files.ts";
import { lineCount, placeOf, type Source, walk } from "./source.ts";

// What a person reads in one sitting, and what fits a screen.
export const fileLinesMax = 400;
export const functionLinesMax = 70;

/** Files and functions that are too long to be read at once. The body of a test suite is a list, not a function. */
export function tooLong(source: Source): string[] {
  const complaints: string[] = [];
  const lines = lineCount(source.text);
  if (lines > fileLinesMax) complaints.push(`${source.file} has ${lines} lines, ${fileLinesMax} are allowed`);
  if (isTest(source.file)) return complaints;
  walk(source.tree, (node) => {
    if (!ts.isFunctionLike(node) || !("body" in node) || node.body === undefined) return;
    const length = lineCount(node.getText(source.tree));
    if (length > functionLinesMax)
      complaints.push(
        `${placeOf(source, node)} a function has ${length} lines, ${functionLinesMax} are allowed`,
      );
  });
  return complaints;
}
