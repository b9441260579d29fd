import type ts from "typescript";
import { mayBeSecret } from "../../text/secret.ts";
import { declareNamed, declareParams, declareType, declareVariable } from "./declare.ts";
import type { ModuleFact } from "./facts.ts";
import { readCalledModule, readExport, readImport } from "./modules.ts";
import { type FunctionNode, Scope } from "./scope.ts";
import { type TypeScript, typescript } from "./typescript.ts";

export type JsxNode = ts.JsxOpeningElement | ts.JsxSelfClosingElement;
export type TypeNode = ts.TypeAliasDeclaration | ts.InterfaceDeclaration;

/** What one walk over a tree collects: scopes with their names, and the nodes that later steps look at. */
export class Survey {
  private readonly scopes: Scope[] = [];
  readonly returns = new Map<ts.Node, ts.Expression[]>();
  readonly types = new Map<string, TypeNode[]>();
  readonly modules: ModuleFact[] = [];
  /** The names that each module's exports have here. */
  readonly locals: string[][] = [];
  readonly stars: number[] = [];
  /** `export { a as b }`, `export default x`, `export const a`: name to what it stands for. */
  readonly exported: { name: string; what: ts.Node | string | { module: number; name: string } }[] = [];
  readonly calls: ts.CallExpression[] = [];
  readonly news: ts.NewExpression[] = [];
  readonly tags: ts.TaggedTemplateExpression[] = [];
  readonly elements: JsxNode[] = [];
  readonly accesses: (ts.PropertyAccessExpression | ts.ElementAccessExpression)[] = [];
  readonly patterns: ts.VariableDeclaration[] = [];
  readonly assignments: ts.BinaryExpression[] = [];
  readonly objects: ts.ObjectLiteralExpression[] = [];
  readonly secrets: ts.LiteralLikeNode[] = [];
  /** Environment variables that are imported by name. */
  readonly variables: { readonly name: string; readonly at: number }[] = [];
  readonly checks: ts.IfStatement[] = [];
  /** Names that occur outside types. */
  readonly used = new Set<string>();
  readonly file: ts.SourceFile;
  readonly root = new Scope(undefined, true);

  /** `wholeFile`: no markup beside the script could use what it imports. */
  constructor(file: ts.SourceFile, wholeFile: boolean) {
    this.file = file;
    walk(this);
    if (wholeFile) settleTypeOnly(this);
  }

  scopeAt(node: ts.Node): Scope {
    for (let at: ts.Node | undefined = node; at; at = at.parent) {
      const { id } = at as Numbered;
      if (id) return this.scopes[id - 1]!;
    }
    return this.root;
  }

  /** Nodes that open a scope carry its number, which TypeScript leaves unset before checking; a Map is slower. */
  addScope(node: ts.Node, scope: Scope): void {
    (node as Numbered).id = this.scopes.push(scope);
  }

  textOf(node: ts.Node): string {
    return this.file.text.slice(startOf(node, this.file), node.end);
  }
}

export const startOf = (node: ts.Node, file: ts.SourceFile): number => node.getStart(file, false);

interface Numbered extends ts.Node {
  id?: number;
}

type Visit = (survey: Survey, node: never, scope: Scope) => void;

let handlers: (Visit | undefined)[] | undefined;
let scoped: Uint8Array;

function walk(survey: Survey): void {
  const t = typescript();
  handlers ??= makeHandlers(t);
  const { FirstTypeNode, LastTypeNode, LastToken } = t.SyntaxKind;
  let parent: ts.Node = survey.file;
  let scope = survey.root;
  survey.addScope(survey.file, scope);
  const visit = (node: ts.Node): void => {
    const kind = node.kind;
    if (kind >= FirstTypeNode && kind <= LastTypeNode) return;
    (node as { parent: ts.Node }).parent = parent;
    const handler = handlers![kind];
    if (handler) handler(survey, node as never, scope);
    if (kind <= LastToken || scoped[kind] === NO_DESCENT) return;
    const outerParent = parent;
    const outerScope = scope;
    if (scoped[kind]) {
      scope = new Scope(scope, scoped[kind] === FUNCTION);
      survey.addScope(node, scope);
      if (scoped[kind] === FUNCTION) declareParams(survey, node as FunctionNode, scope);
    }
    parent = node;
    t.forEachChild(node, visit);
    parent = outerParent;
    scope = outerScope;
  };
  t.forEachChild(survey.file, visit);
}

const BLOCK = 1;
const FUNCTION = 2;
const NO_DESCENT = 3;

function makeHandlers(t: TypeScript): (Visit | undefined)[] {
  const K = t.SyntaxKind;
  const table: (Visit | undefined)[] = [];
  const on = <N extends ts.Node>(kind: ts.SyntaxKind, visit: (s: Survey, node: N, scope: Scope) => void) => {
    table[kind] = visit as Visit;
  };
  scoped = new Uint8Array(K.Count);
  for (const kind of [
    K.Block,
    K.ForStatement,
    K.ForOfStatement,
    K.ForInStatement,
    K.CaseBlock,
    K.CatchClause,
    K.ModuleBlock,
  ])
    scoped[kind] = BLOCK;
  for (const kind of [
    K.FunctionDeclaration,
    K.FunctionExpression,
    K.ArrowFunction,
    K.MethodDeclaration,
    K.Constructor,
    K.GetAccessor,
    K.SetAccessor,
  ])
    scoped[kind] = FUNCTION;
  for (const kind of [
    K.ImportDeclaration,
    K.InterfaceDeclaration,
    K.TypeAliasDeclaration,
    K.ImportEqualsDeclaration,
  ])
    scoped[kind] = NO_DESCENT;

  on<ts.Identifier>(K.Identifier, (s, node) => {
    const name = node.escapedText as string;
    // Only names that begin with an underscore differ from their escaped form, whose getter costs less.
    s.used.add(name.startsWith("_") ? node.text : name);
  });
  on<ts.ImportDeclaration>(K.ImportDeclaration, readImport);
  on<ts.ImportEqualsDeclaration>(K.ImportEqualsDeclaration, readImport);
  on<ts.ExportDeclaration>(K.ExportDeclaration, readExport);
  on<ts.ExportAssignment>(K.ExportAssignment, (s, node) => {
    s.exported.push({ name: node.isExportEquals ? "=" : "default", what: node.expression });
  });
  on<ts.VariableDeclaration>(K.VariableDeclaration, declareVariable);
  on<ts.FunctionDeclaration>(K.FunctionDeclaration, (s, node, scope) =>
    declareNamed(s, node, scope, { from: "function", node }),
  );
  on<ts.ClassDeclaration>(K.ClassDeclaration, (s, node, scope) => {
    declareNamed(s, node, scope, { from: "class", node });
  });
  on<ts.EnumDeclaration>(K.EnumDeclaration, (s, node, scope) =>
    declareNamed(s, node, scope, { from: "enum", node }),
  );
  on<ts.InterfaceDeclaration>(K.InterfaceDeclaration, declareType);
  on<ts.TypeAliasDeclaration>(K.TypeAliasDeclaration, declareType);
  on<ts.ReturnStatement>(K.ReturnStatement, (s, node) => {
    if (node.expression) returnTo(s, functionAround(t, node), node.expression);
  });
  on<ts.ArrowFunction>(K.ArrowFunction, (s, node) => {
    if (!t.isBlock(node.body)) returnTo(s, node, node.body);
  });
  on<ts.CallExpression>(K.CallExpression, (s, node, scope) => {
    s.calls.push(node);
    readCalledModule(s, node, scope);
  });
  on<ts.NewExpression>(K.NewExpression, (s, node) => void s.news.push(node));
  on<ts.TaggedTemplateExpression>(K.TaggedTemplateExpression, (s, node) => void s.tags.push(node));
  on<JsxNode>(K.JsxOpeningElement, (s, node) => void s.elements.push(node));
  on<JsxNode>(K.JsxSelfClosingElement, (s, node) => void s.elements.push(node));
  on<ts.PropertyAccessExpression>(K.PropertyAccessExpression, (s, node) => {
    if (mayReadEnvironment(t, node)) s.accesses.push(node);
  });
  on<ts.ElementAccessExpression>(K.ElementAccessExpression, (s, node) => {
    if (mayReadEnvironment(t, node)) s.accesses.push(node);
  });
  on<ts.ObjectLiteralExpression>(K.ObjectLiteralExpression, (s, node) => void s.objects.push(node));
  on<ts.IfStatement>(K.IfStatement, (s, node) => void s.checks.push(node));
  on<ts.BinaryExpression>(K.BinaryExpression, readAssignment);
  for (const kind of [K.StringLiteral, K.NoSubstitutionTemplateLiteral])
    on<ts.LiteralLikeNode>(kind, (s, node) => {
      if (mayBeSecret(node.text)) s.secrets.push(node);
    });
  return table;
}

/** `process.env.X`, or `env.X` where a variable holds the environment. */
function mayReadEnvironment(
  t: TypeScript,
  { expression }: ts.PropertyAccessExpression | ts.ElementAccessExpression,
): boolean {
  if (t.isPropertyAccessExpression(expression)) return expression.name.text === "env";
  return (
    t.isIdentifier(expression) || t.isParenthesizedExpression(expression) || t.isNonNullExpression(expression)
  );
}

function readAssignment(survey: Survey, node: ts.BinaryExpression, scope: Scope): void {
  const t = typescript();
  const K = t.SyntaxKind;
  const kind = node.operatorToken.kind;
  const assigns =
    kind === K.EqualsToken || kind === K.QuestionQuestionEqualsToken || kind === K.BarBarEqualsToken;
  if (!assigns) return;
  if (t.isIdentifier(node.left)) scope.find(node.left.text)?.assigned.push(node.right);
  else survey.assignments.push(node);
}

function returnTo(survey: Survey, to: ts.Node | undefined, value: ts.Expression): void {
  if (!to) return;
  const known = survey.returns.get(to);
  if (known) known.push(value);
  else survey.returns.set(to, [value]);
}

export function functionAround(t: TypeScript, node: ts.Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (t.isFunctionLike(at)) return at as FunctionNode;
  return undefined;
}

/** An import that no expression uses is gone after compilation. */
function settleTypeOnly(survey: Survey): void {
  survey.modules.forEach((module, index) => {
    if (module.how !== "import" || module.typeOnly || !module.names.length) return;
    if (survey.locals[index]!.every((local) => !survey.used.has(local)))
      survey.modules[index] = { ...module, typeOnly: true };
  });
}
