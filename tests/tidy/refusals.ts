import ts from "typescript";
import { type Source, walk } from "./source.ts";

/** Codes that no request can meet, so that no edge has to translate them. */
export const outsideRequests: Record<string, string> = {
  wrong_root_key: "the service does not start",
  wrong_content_keys: "the service does not start",
  wrong_account_keys: "the service does not start",
  account_keys_destroyed: "the service does not start",
  keys_missing: "the service does not start",
  already_closed: "a command of the operator",
  not_closed: "a command of the operator",
  unknown_promise: "a command of the operator",
  invalid_date: "a command of the operator",
  not_attestable: "a command of the operator",
  not_attested: "a command of the operator",
  invalid_statement: "a command of the operator",
  file_not_written: "a command of the operator",
  invalid_figure: "a command of the operator",
  policy_unchanged: "a command of the operator",
  policy_too_early: "a command of the operator",
};

/** code → where it is thrown: the first argument of `new Refusal(…)`, where it is written out. */
export function refusalCodesIn(sources: readonly Source[]): Map<string, string> {
  const codes = new Map<string, string>();
  for (const source of sources)
    walk(source.tree, (node) => {
      if (!ts.isNewExpression(node) || node.expression.getText(source.tree) !== "Refusal") return;
      for (const code of literalsOf(node.arguments?.[0])) if (!codes.has(code)) codes.set(code, source.file);
    });
  return codes;
}

// Also both branches of a choice: new Refusal(isNew ? "a" : "b", …).
function literalsOf(node: ts.Node | undefined): string[] {
  if (node === undefined) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  return ts.isConditionalExpression(node)
    ? [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)]
    : [];
}

/** The strings of the array that a file exports under this name. */
export function exportedList(sources: readonly Source[], name: string): string[] {
  const found: string[] = [];
  for (const { tree } of sources)
    walk(tree, (node) => {
      if (
        !ts.isVariableDeclaration(node) ||
        node.name.getText(tree) !== name ||
        node.initializer === undefined
      )
        return;
      walk(node.initializer, (part) => {
        if (ts.isStringLiteral(part)) found.push(part.text);
      });
    });
  return found;
}

/** Codes that no test mentions. One that is a plain word counts only in quotes: prose would use it, too. */
export function untested(codes: Iterable<string>, tests: readonly string[]): string[] {
  const all = tests.join("\n");
  const mention = (code: string) => new RegExp(code.includes("_") ? `\\b${code}\\b` : `["'\`]${code}["'\`]`);
  return [...codes].filter((code) => !mention(code).test(all));
}
