import ts from "typescript";
import { placeOf, type Source, walk } from "./source.ts";

/** File or folder → why it may read the real time. An entry that is not needed fails. */
export const exceptions: Record<string, string> = {};

/** Reads of the real time and of chance, where both have to come in as parameters so that a test can set them. */
export function realTime(source: Source): string[] {
  if (!/^src\/(core|mail)\//.test(source.file)) return [];
  if (Object.keys(exceptions).some((place) => source.file.startsWith(place))) return [];
  return readsOfTime(source);
}

export function readsOfTime(source: Source): string[] {
  const complaints: string[] = [];
  walk(source.tree, (node) => {
    const text = callText(node, source);
    if (/^(Date\.now|Math\.random|performance\.now)$/.test(text))
      complaints.push(`${placeOf(source, node)} ${text}(): take it as a parameter`);
    if (
      ts.isNewExpression(node) &&
      node.expression.getText(source.tree) === "Date" &&
      !node.arguments?.length
    )
      complaints.push(`${placeOf(source, node)} new Date(): take the time as a parameter`);
  });
  return complaints;
}

/** console writes past the log and its masking. Commands print their answers. */
export function consoleCalls(source: Source): string[] {
  if (/^src\/(main\.ts|edge\/cli\/)/.test(source.file)) return [];
  return found(source, (node) => /^console\./.test(callText(node, source)), "write through the log");
}

/** The global ways to the network, which the borders cannot see since nothing is imported for them. */
export function globalSockets(source: Source): string[] {
  if (!/^src\/(core|mail|base|config)\//.test(source.file)) return [];
  return found(
    source,
    (node) =>
      callText(node, source) === "fetch" ||
      (ts.isNewExpression(node) && /^(WebSocket|EventSource)$/.test(node.expression.getText(source.tree))),
    "sockets are opened at the rim, through node: modules",
  );
}

/** `any` switches the compiler off where it is needed most. */
export function anyTypes(source: Source): string[] {
  return found(source, (node) => node.kind === ts.SyntaxKind.AnyKeyword, "`any` proves nothing; use unknown");
}

function found(source: Source, isBad: (node: ts.Node) => boolean, advice: string): string[] {
  const complaints: string[] = [];
  walk(source.tree, (node) => {
    if (isBad(node))
      complaints.push(`${placeOf(source, node)} ${node.getText(source.tree).slice(0, 40)}: ${advice}`);
  });
  return complaints;
}

const callText = (node: ts.Node, { tree }: Source) =>
  ts.isCallExpression(node) ? node.expression.getText(tree) : "";
