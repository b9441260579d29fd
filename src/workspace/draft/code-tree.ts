import type ts from "typescript";
import { findScript } from "../../source/code/script.ts";
import { typescript } from "../../source/code/typescript.ts";
import type { Span } from "../../text/span.ts";

/** A file of code as drafts read it, with every offset where it is in the text. Wait for `loadTypeScript` once before. */
export interface CodeTree {
  readonly path: string;
  readonly text: string;
  readonly file: ts.SourceFile;
  readonly imports: readonly ImportStatement[];
}

/** `import prisma, { type Task } from "./prisma";` */
export interface ImportStatement {
  readonly span: Span;
  readonly specifier: string;
  readonly quote: string;
  /** Whether a semicolon ends it. */
  readonly ended: boolean;
  readonly default?: string;
  readonly names: readonly ImportedName[];
  /** From brace to brace. */
  readonly braces?: Span;
}

export interface ImportedName {
  /** As its module exports it. */
  readonly name: string;
  readonly local: string;
  /** As it stands between the braces: `a as b`. */
  readonly written: string;
}

export function readTree(path: string, text: string): CodeTree {
  const t = typescript();
  const script = findScript({ path, text });
  const kinds = { ts: t.ScriptKind.TS, tsx: t.ScriptKind.TSX, js: t.ScriptKind.JSX };
  const file = t.createSourceFile(path, script.text, t.ScriptTarget.Latest, true, kinds[script.language]);
  const imports = file.statements.filter(t.isImportDeclaration).map((node) => readImport(node, file));
  return { path, text, file, imports };
}

function readImport(node: ts.ImportDeclaration, file: ts.SourceFile): ImportStatement {
  const t = typescript();
  const span = spanOf(node);
  const from = node.moduleSpecifier;
  const bindings = node.importClause?.namedBindings;
  const named = bindings && t.isNamedImports(bindings) ? bindings : undefined;
  const own = node.importClause?.name?.text;
  return {
    span,
    specifier: t.isStringLiteral(from) ? from.text : "",
    quote: from.getText(file).charAt(0),
    ended: file.text[span.end - 1] === ";",
    ...(own !== undefined && { default: own }),
    names: (named?.elements ?? []).map((each) => ({
      name: (each.propertyName ?? each.name).text,
      local: each.name.text,
      written: each.getText(file),
    })),
    ...(named && { braces: spanOf(named) }),
  };
}

export const spanOf = (node: ts.Node): Span => ({ start: node.getStart(), end: node.end });

/** Every node below one, itself first. */
export function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  typescript().forEachChild(node, (child) => void children.push(child));
  for (const child of children) yield* nodesIn(child);
}

/** Where a name stands that is no property's: declared, imported or used. */
export function placesOf({ file }: CodeTree, name: string): Span[] {
  const t = typescript();
  const places: Span[] = [];
  for (const node of nodesIn(file)) {
    if (!t.isIdentifier(node) || node.text !== name) continue;
    const { parent } = node;
    const isProperty =
      (t.isPropertyAccessExpression(parent) || t.isPropertyAssignment(parent)) && parent.name === node;
    if (!isProperty) places.push(spanOf(node));
  }
  return places;
}

/** The node that stands exactly there. */
export function nodeAt({ file }: CodeTree, { start, end }: Span): ts.Node | undefined {
  const t = typescript();
  const find = (node: ts.Node): ts.Node | undefined =>
    node.getStart() === start && node.end === end
      ? node
      : t.forEachChild(node, (child) => (child.pos <= start && end <= child.end ? find(child) : undefined));
  return find(file);
}

/** A directive of the whole file or of a function in it: `"use server"`. */
export function hasDirective({ file }: CodeTree, directive: string): boolean {
  const t = typescript();
  const isIt = (node: ts.Statement) =>
    t.isExpressionStatement(node) && t.isStringLiteral(node.expression) && node.expression.text === directive;
  for (const node of nodesIn(file))
    if ((t.isSourceFile(node) || t.isBlock(node)) && node.statements.some(isIt)) return true;
  return false;
}

/** How a file writes an import: its quotes, and whether a semicolon ends it. */
export function manner({ imports }: CodeTree): { readonly quote: string; readonly end: string } {
  const single = imports.some(({ quote }) => quote === "'");
  const bare = imports.length > 0 && !imports.some(({ ended }) => ended);
  return { quote: single ? "'" : '"', end: bare ? "" : ";" };
}
