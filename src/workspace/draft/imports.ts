import { posix } from "node:path";
import type { Project } from "../../project/project.ts";
import { specifierFor } from "../../project/replace-client.ts";
import { typescript } from "../../source/code/typescript.ts";
import type { Edit } from "../../text/edit.ts";
import { type CodeTree, readTree } from "./code-tree.ts";

/** The edit that adds an import to a file: behind its other imports, else behind its comments and directives. */
export function addImport(tree: CodeTree, statement: string): Edit {
  const { path, text } = tree;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const last = tree.imports.at(-1);
  if (last) return { path, span: { start: last.span.end, end: last.span.end }, text: `${eol}${statement}` };
  const at = headOf(tree);
  return { path, span: { start: at, end: at }, text: `${statement}${eol}${at === text.length ? "" : eol}` };
}

/** Where a file's first statement begins: behind what must stay first, a hash-bang, comments, `"use client"`. */
function headOf({ file, text }: CodeTree): number {
  const t = typescript();
  const isHead = (node: (typeof file.statements)[number]) =>
    t.isEmptyStatement(node) || (t.isExpressionStatement(node) && t.isStringLiteral(node.expression));
  return file.statements.find((each) => !isHead(each))?.getStart() ?? text.length;
}

/** What `from` writes to import `to`: with the alias that `sample` uses for others, else relative. */
export function importPath(project: Project, sample: CodeTree, from: string, to: string): string {
  const paths = project.code.map(({ path }) => withoutExtension(path));
  for (const { specifier } of sample.imports) {
    const [, alias, rest] = /^([@~#]\/)(.+)$/.exec(specifier) ?? [];
    if (alias === undefined || rest === undefined) continue;
    const target = paths.find((path) => path === rest || path.endsWith(`/${rest}`));
    const base = target?.slice(0, target.length - rest.length);
    if (base !== undefined && to.startsWith(base))
      return `${alias}${withoutExtension(to.slice(base.length))}`;
  }
  return specifierFor(sample.text, from, to);
}

/** Whether a specifier in a file leads to a module, by its path or an alias before it. */
export function leadsTo(specifier: string, from: string, to: string): boolean {
  const target = withoutExtension(to).replace(/\/index$/, "");
  if (specifier.startsWith("."))
    return withoutExtension(posix.join(posix.dirname(from), specifier)).replace(/\/index$/, "") === target;
  const [, rest] = /^[@~#]\/(.+)$/.exec(specifier) ?? [];
  if (rest === undefined) return false;
  const bare = withoutExtension(rest).replace(/\/index$/, "");
  return target === bare || target.endsWith(`/${bare}`);
}

const withoutExtension = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, "");

/** The tree of a file of the project; of nothing where it has no text. */
export const treeOf = (project: Project, path: string): CodeTree => readTree(path, project.text(path) ?? "");
