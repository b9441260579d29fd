import type { Func } from "../catalog/catalog.ts";
import type { Edit } from "../text/edit.ts";
import type { Remedy } from "../text/finding.ts";
import type { Project } from "./project.ts";
import { restate } from "./restate.ts";

/**
 * The edit that gives a function an option where it is created: instead of the word that says otherwise, or before its
 * body where there is no such word. Undefined where the statement's text is not at hand or is not written the usual way.
 */
export function giveOption(
  project: Project,
  { made }: Func,
  option: string,
  instead?: RegExp,
): readonly Edit[] | undefined {
  const text = project.text(made.path)?.slice(made.span.start, made.span.end);
  const body = text === undefined ? -1 : text.search(/\bas\s+(\$\w*\$|')/i);
  if (text === undefined || body < 0) return undefined;
  const before = instead && new RegExp(instead.source, "gi").exec(text.slice(0, body));
  const edit = (start: number, end: number, replacement: string) => [
    {
      path: made.path,
      span: { start: made.span.start + start, end: made.span.start + end },
      text: replacement,
    },
  ];
  if (before) return edit(before.index, before.index + before[0].length, option);
  return instead ? undefined : edit(body, body, `${option} `);
}

/** The remedy that says a function again with some of its text changed. */
export const functionStatement = (
  project: Project,
  func: Func,
  edits: readonly Edit[],
  title: string,
): Remedy | undefined => restate(project, func.made, [...orReplace(project, func), ...edits], title);

/** A function said again replaces the one there is. */
function orReplace(project: Project, { made }: Func): readonly Edit[] {
  const text = project.text(made.path)?.slice(made.span.start, made.span.end) ?? "";
  const create = /^create(?=\s+(function|procedure)\b)/i.exec(text);
  if (!create) return [];
  const span = { start: made.span.start, end: made.span.start + create[0].length };
  return [{ path: made.path, span, text: "create or replace" }];
}
