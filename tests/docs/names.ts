import ts from "typescript";
import { type Source, walk } from "../tidy/source.ts";

/** What there is in the clone, for pages to speak of. */
export interface Inventory {
  /** Every file, relative to the clone. */
  files: ReadonlySet<string>;
  /** What each source file declares: `name`, and `Class.member` of its classes. */
  declared: ReadonlyMap<string, ReadonlySet<string>>;
  /** Words that the code writes as texts: states, events of the log, names on the wire. */
  written: ReadonlySet<string>;
  /** `table` and `table.column` of the schema, and the figures of the policy. */
  columns: ReadonlySet<string>;
  settings: ReadonlySet<string>;
  commands: readonly string[];
}

/** The names a source file declares. */
export function declaredIn({ tree }: Source): Set<string> {
  const names = new Set<string>();
  walk(tree, (node) => {
    if (!ts.isVariableDeclaration(node) && !isNamedDeclaration(node)) return;
    if (
      node.name === undefined ||
      ts.isObjectBindingPattern(node.name) ||
      ts.isArrayBindingPattern(node.name)
    )
      return;
    const name = node.name.getText(tree);
    names.add(name);
    const owner = node.parent;
    const isMember = ts.isClassDeclaration(owner) || ts.isInterfaceDeclaration(owner);
    if (isMember && owner.name !== undefined) names.add(`${owner.name.text}.${name}`);
    if (isMember && owner.name !== undefined) names.add(`${owner.name.text}.${name.replace("#", "")}`);
  });
  return names;
}

const isNamedDeclaration = (node: ts.Node) =>
  ts.isFunctionDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isMethodSignature(node) ||
  ts.isPropertyDeclaration(node) ||
  ts.isPropertySignature(node) ||
  ts.isPropertyAssignment(node) ||
  ts.isGetAccessorDeclaration(node);

/** The texts in a source file, whole and word by word. */
export function writtenIn({ tree }: Source): Set<string> {
  const words = new Set<string>();
  walk(tree, (node) => {
    if (!ts.isStringLiteralLike(node) && !ts.isTemplateHead(node) && !ts.isTemplateMiddleOrTemplateTail(node))
      return;
    words.add(node.text);
    for (const word of node.text.split(/[^\w.-]+/)) words.add(word);
  });
  return words;
}

/** Inline code of a page: what stands between single backticks, outside of blocks of code. */
export function codeIn(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
}

/** What a page speaks of and the clone does not have. */
export function missingNames(page: string, text: string, inventory: Inventory): string[] {
  const places = [...text.matchAll(/`((?:src|tests|scripts|bin|db)\/[^`\s]+\.\w+)`[ ,:→(]{0,3}`([^`\s]+)`/g)];
  const inFile = places.filter(
    ([, file = "", name = ""]) => isName(name) && !inventory.declared.get(file)?.has(bare(name)),
  );
  const complaints = inFile.map(([, file = "", name = ""]) => `${page}: ${file} declares no ${name}`);
  const unknown = codeIn(text).filter((code) => !isKnown(code, inventory));
  return [...complaints, ...unknown.map((code) => `${page}: there is no \`${code}\``)];
}

const bare = (name: string) => name.replace(/\(\)$/, "");
const isName = (code: string) => /^#?[A-Za-z_]\w*(\.#?[A-Za-z_]\w*)*(\(\))?$/.test(code);

// Only what can be told from ordinary words is looked up: paths, settings, commands, names with a capital or a dot.
function isKnown(code: string, inventory: Inventory): boolean {
  if (/^(FACTEUR_[A-Z_]+|DATABASE_URL)(=.*)?$/.test(code))
    return inventory.settings.has(code.replace(/=.*/, ""));
  if (/^(npx )?facteur [a-z]/.test(code)) return isCommand(code, inventory.commands);
  if (/^(src|tests|scripts|bin|db|docs)\/\S*$/.test(code)) return isPath(code, inventory.files);
  if (/^[\w-]+\.(ts|mjs|cjs|sql)$/.test(code))
    return [...inventory.files].some((file) => file.endsWith(`/${code}`) || file === code);
  if (!isName(code) || !/[a-z][A-Z]|\.|\(\)|^#|^[A-Z][a-z]/.test(code)) return true;
  return isDeclared(bare(code), inventory) || inventory.written.has(code) || inventory.columns.has(code);
}

function isPath(code: string, files: ReadonlySet<string>): boolean {
  if (code.includes("*")) return true;
  return (
    files.has(code) || [...files].some((file) => file.startsWith(code.endsWith("/") ? code : `${code}/`))
  );
}

function isDeclared(name: string, { declared }: Inventory): boolean {
  return [...declared.values()].some((names) => names.has(name));
}

function isCommand(code: string, commands: readonly string[]): boolean {
  const words = code.replace(/^npx /, "").replace("facteur ", "");
  return commands.some((name) => words === name || words.startsWith(`${name} `));
}

/** Steps of a walk that do not say where they happen: each begins with a file and a name that it declares. */
export function vagueSteps(page: string, text: string): string[] {
  const steps = text.split("\n").filter((line) => /^\d+\. /.test(line));
  if (steps.length === 0) return [`${page} has no steps`];
  return steps
    .filter((step) => !/^\d+\. `src\/[^`]+\.ts` `[^`]+`/.test(step))
    .map((step) => `${page}: a step names no file and function: ${step.slice(0, 60)}`);
}
