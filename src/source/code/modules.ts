import type ts from "typescript";
import type { ModuleFact } from "./facts.ts";
import type { Origin, Scope } from "./scope.ts";
import { type Survey, startOf } from "./survey.ts";
import { typescript } from "./typescript.ts";

/** `import a, { b as c } from "x"`, `import x = require("x")`. */
export function readImport(
  survey: Survey,
  node: ts.ImportDeclaration | ts.ImportEqualsDeclaration,
  scope: Scope,
): void {
  const t = typescript();
  const from = t.isImportDeclaration(node) ? node.moduleSpecifier : requiredBy(node);
  if (!from || !t.isStringLiteralLike(from)) return;
  const names: readonly Imported[] = t.isImportDeclaration(node)
    ? importedNames(node.importClause, survey.file)
    : [["*", node.name.text, 0]];
  const clause = t.isImportDeclaration(node) ? node.importClause : undefined;
  const typeOnly = clause?.phaseModifier === t.SyntaxKind.TypeKeyword;
  const module = addModule(survey, node, from, names, "import", typeOnly);
  const variables = isEnvironmentModule(from.text);
  for (const [name, local, at] of names) {
    const origin: Origin = variables ? { from: "environment", name, at } : { from: "import", module, name };
    scope.declare({ name: local, origin, steps: [], assigned: [] });
    if (variables) survey.variables.push({ name, at });
  }
}

/** Modules of SvelteKit and Astro whose exports are environment variables. */
const isEnvironmentModule = (specifier: string): boolean => /^(\$env\/static\/|astro:env\/)/.test(specifier);

function requiredBy(node: ts.ImportEqualsDeclaration): ts.Expression | undefined {
  const t = typescript();
  return t.isExternalModuleReference(node.moduleReference) ? node.moduleReference.expression : undefined;
}

type Imported = readonly [name: string, local: string, at: number];

function importedNames(clause: ts.ImportClause | undefined, file: ts.SourceFile): Imported[] {
  const t = typescript();
  const names: Imported[] = [];
  if (clause?.name) names.push(["default", clause.name.text, 0]);
  const bindings = clause?.namedBindings;
  if (bindings && t.isNamespaceImport(bindings)) names.push(["*", bindings.name.text, 0]);
  else if (bindings)
    for (const each of bindings.elements) {
      const name = each.propertyName ?? each.name;
      names.push([name.text, each.name.text, startOf(name, file)]);
    }
  return names;
}

/** `export { a as b } from "x"`, `export * from "x"`, `export { a }`. */
export function readExport(survey: Survey, node: ts.ExportDeclaration): void {
  const t = typescript();
  const from = node.moduleSpecifier;
  const clause = node.exportClause;
  if (!from || !t.isStringLiteralLike(from)) {
    if (clause && t.isNamedExports(clause))
      for (const each of clause.elements)
        survey.exported.push({ name: each.name.text, what: (each.propertyName ?? each.name).text });
    return;
  }
  const names = exportedNames(clause);
  const module = addModule(survey, node, from, names, "export", node.isTypeOnly);
  if (!clause) survey.stars.push(module);
  else for (const [name, as] of names) survey.exported.push({ name: as, what: { module, name } });
}

function exportedNames(clause: ts.NamedExportBindings | undefined): (readonly [string, string])[] {
  const t = typescript();
  if (!clause) return [["*", "*"]];
  if (t.isNamespaceExport(clause)) return [["*", clause.name.text]];
  return clause.elements.map((each) => [(each.propertyName ?? each.name).text, each.name.text] as const);
}

/** `const { a: b } = require("x")` and `await import("x")` are imports in all but form. */
export function readRequired(survey: Survey, node: ts.VariableDeclaration, scope: Scope): boolean {
  const t = typescript();
  let init = node.initializer;
  while (init && (t.isAwaitExpression(init) || t.isParenthesizedExpression(init))) init = init.expression;
  const from = init && t.isCallExpression(init) ? calledModule(init, scope) : undefined;
  const names = from && namesOf(node.name);
  if (!from || !names) return false;
  const module = addModule(survey, node, from, names, "call");
  for (const [name, local] of names)
    scope.declare({ name: local, origin: { from: "import", module, name }, steps: [], assigned: [] });
  return true;
}

function namesOf(name: ts.BindingName): (readonly [string, string])[] | undefined {
  const t = typescript();
  if (t.isIdentifier(name)) return [["*", name.text]];
  if (!t.isObjectBindingPattern(name)) return undefined;
  const names = name.elements.map((each) => {
    const key = each.propertyName ?? each.name;
    return t.isIdentifier(key) && t.isIdentifier(each.name) && !each.dotDotDotToken
      ? ([key.text, each.name.text] as const)
      : undefined;
  });
  return names.every((each) => each !== undefined) ? names : undefined;
}

/** `require("x")` and `import("x")` inside other expressions. */
export function readCalledModule(survey: Survey, node: ts.CallExpression, scope: Scope): void {
  const from = calledModule(node, scope);
  if (!from) return;
  const start = startOf(from, survey.file) + 1;
  if (!survey.modules.some((each) => each.at === start)) addModule(survey, node, from, [["*", ""]], "call");
}

function calledModule(node: ts.CallExpression, scope: Scope): ts.StringLiteralLike | undefined {
  const t = typescript();
  const from = node.arguments[0];
  if (!from || !t.isStringLiteralLike(from)) return undefined;
  if (node.expression.kind === t.SyntaxKind.ImportKeyword) return from;
  const isRequire =
    t.isIdentifier(node.expression) && node.expression.text === "require" && !scope.find("require");
  return isRequire ? from : undefined;
}

/** Adds a module and gives its index. */
export function addModule(
  survey: Survey,
  node: ts.Node,
  from: ts.StringLiteralLike,
  names: readonly (readonly [name: string, local: string, at?: number])[],
  how: ModuleFact["how"],
  typeOnly = false,
): number {
  const start = startOf(from, survey.file);
  const quote = survey.file.text.charAt(start);
  survey.modules.push({
    specifier: from.text,
    at: start + 1,
    quote,
    start: startOf(node, survey.file),
    names: names.map(([name]) => name),
    how,
    ...(typeOnly && { typeOnly }),
  });
  survey.locals.push(names.map(([, local]) => local));
  return survey.modules.length - 1;
}
