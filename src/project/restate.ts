import type { Edit } from "../text/edit.ts";
import { applyEdits } from "../text/edit.ts";
import type { Remedy } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import type { Project } from "./project.ts";

/**
 * A remedy that says a statement again with some of its text replaced: in place while its migration is not applied,
 * as a statement of the next one afterwards. `before` are statements the repetition needs first (`drop policy ...;`).
 * Undefined where the statement's text is not at hand or an edit lies outside it.
 */
export function restate(
  project: Project,
  statement: Place,
  edits: readonly Edit[],
  title: string,
  before: readonly string[] = [],
): Remedy | undefined {
  const text = project.text(statement.path);
  const { start, end } = statement.span;
  if (
    text === undefined ||
    edits.some((edit) => edit.path !== statement.path || edit.span.start < start || edit.span.end > end)
  )
    return undefined;
  const moved = edits.map((edit) => ({
    ...edit,
    span: { start: edit.span.start - start, end: edit.span.end - start },
  }));
  const again = `${applyEdits(text.slice(start, end), moved).trim()};`;
  return { kind: "statements", title, statements: [...before, again], inPlace: edits };
}
