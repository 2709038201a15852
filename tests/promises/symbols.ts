import ts from "typescript";

/** The symbols that a file offers as points of enforcement: what a TypeScript file exports at its top level, methods of
 *  exported classes as `Class.method`; what an SQL file creates. Mentions in comments and strings do not count. */
export function symbolsIn(file: string, text: string): Set<string> {
  return file.endsWith(".sql") ? createdIn(text) : exportedIn(file, text);
}

function exportedIn(file: string, text: string): Set<string> {
  const names = new Set<string>();
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  for (const statement of tree.statements) {
    const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
    if (!modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    for (const name of declaredBy(statement)) names.add(name);
  }
  return names;
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  if (ts.isClassDeclaration(statement)) {
    const name = statement.name?.text ?? "";
    const methods = statement.members.flatMap((member) =>
      ts.isMethodDeclaration(member) && ts.isIdentifier(member.name) ? [`${name}.${member.name.text}`] : [],
    );
    return [name, ...methods];
  }
  return ts.isFunctionDeclaration(statement) && statement.name !== undefined ? [statement.name.text] : [];
}

function createdIn(text: string): Set<string> {
  const statements = text.replace(/--[^\n]*/g, "").replace(/'(?:[^']|'')*'/g, "''");
  const created =
    /\bcreate\s+(?:or\s+replace\s+)?(?:unique\s+)?(?:table|policy|function|trigger|index|role)\s+([a-z_]+)/gi;
  return new Set([...statements.matchAll(created)].map(([, name = ""]) => name));
}
