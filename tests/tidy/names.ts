import path from "node:path";
import ts from "typescript";
import { placeOf, type Source, walk } from "./source.ts";

const emptyRoles = /[a-z0-9](Manager|Helpers?|Utils?|Service)$/;
const emptyFiles = /^(helpers?|utils?|misc|common)$|-(manager|helpers?|utils?|service)$/;
// IdSource and IPv4 are words of their own; IMessage is a habit of other languages.
const prefixed = /^I(?!Pv)[A-Z][a-z]/;

/** Names that say nothing, or that mean two things. With a capital they are others' fields (Mailjet's `Email`). */
export function badNames(source: Source): string[] {
  const complaints: string[] = [];
  const base = path.basename(source.file).replace(/(\.test)?\.ts$/, "");
  if (emptyFiles.test(base)) complaints.push(`${source.file} is named after no thing`);
  walk(source.tree, (node) => {
    const name = declaredName(node);
    if (name === null) return;
    const reason = whyBad(name.text, node);
    if (reason !== null) complaints.push(`${placeOf(source, name)} ${name.text}: ${reason}`);
  });
  return complaints;
}

function whyBad(name: string, node: ts.Node): string | null {
  if (speaksOfEmail(name) && !(isOthersField(node) && /^[A-Z]/.test(name)))
    return "`email` means both a message and an address; say which";
  if (emptyRoles.test(name) && !ts.isFunctionDeclaration(node)) return "say what it does, not that it serves";
  const isShape = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
  return isShape && prefixed.test(name) ? "no I-prefix" : null;
}

const speaksOfEmail = (name: string) =>
  name.split(/(?<=[a-z0-9])(?=[A-Z])|_/).some((word) => /^e-?mails?$/i.test(word));

const isOthersField = (node: ts.Node) => ts.isPropertySignature(node) || ts.isBindingElement(node);

/** The identifier that a declaration of ours introduces. Keys of literals may be a wire format and are left alone. */
function declaredName(node: ts.Node): ts.Identifier | null {
  const declares =
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isBindingElement(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  return declares && node.name !== undefined && ts.isIdentifier(node.name) ? node.name : null;
}
