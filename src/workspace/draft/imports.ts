import type { Project } from "../../project/project.ts";
import { specifierFor } from "../../project/replace-client.ts";
import type { Edit } from "../../text/edit.ts";

/** The edit that adds an import to a file: behind its other imports, else behind its comments and directives. */
export function addImport(path: string, text: string, statement: string): Edit {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const last = [...text.matchAll(IMPORT)].at(-1);
  if (last) {
    const at = last.index + last[0].length;
    return { path, span: { start: at, end: at }, text: `${eol}${statement}` };
  }
  const at = HEAD.exec(text)![0].length;
  return { path, span: { start: at, end: at }, text: `${statement}${eol}${at === text.length ? "" : eol}` };
}

/** A whole statement at the beginning of a line; a semicolon ends it, or the module's name. */
const IMPORT = /^import\s(?:[^;"'`]*?from\s*)?["'][^"'\n]+["'];?/gm;

/** What must stay first: a hash-bang, comments, `"use client"`. */
const HEAD = /^(?:#!.*\r?\n)?(?:\s*(?:\/\/.*|\/\*[\s\S]*?\*\/|["']use \w+["'];?))*[ \t]*(?:\r?\n)*/;

/** What `from` writes to import `to`: with the alias that it uses for others, else relative. */
export function importPath(project: Project, text: string, from: string, to: string): string {
  const paths = new Set(project.code.map(({ path }) => path.replace(/\.[cm]?[jt]sx?$/, "")));
  for (const [, alias = "", rest = ""] of text.matchAll(/from\s*["']([@~#]\/)([^"']+)["']/g)) {
    const target = [...paths].find((path) => path === rest || path.endsWith(`/${rest}`));
    const base = target?.slice(0, target.length - rest.length);
    if (base !== undefined && to.startsWith(base))
      return `${alias}${to.slice(base.length).replace(/\.[cm]?[jt]sx?$/, "")}`;
  }
  return specifierFor(text, from, to);
}
