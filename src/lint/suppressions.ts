import type { HistoryFile, Project } from "../project/project.ts";
import type { Suppression } from "../rules/rule.ts";
import { spanAt } from "../source/prisma/place.ts";
import type { Directive } from "../source/sql/statement.ts";
import type { Finding } from "../text/finding.ts";
import type { Place, Span } from "../text/span.ts";
import type { Configuration } from "./configuration.ts";
import { coveredBy } from "./covered.ts";

/** A suppression with what it covers: a part of a file, a whole file, or, from the configuration, one subject. */
export interface Acceptance extends Omit<Suppression, "unused"> {
  readonly covers: Span | "file" | { readonly subject: string };
}

/** Every suppression that a workspace holds: comments of all its sources, then entries of the configuration. */
export function readSuppressions(projects: readonly Project[], configuration: Configuration): Acceptance[] {
  const found = new Map<string, Acceptance>();
  for (const project of projects)
    for (const acceptance of readComments(project)) {
      const { path, span } = acceptance.place;
      found.set(`${path}\n${span.start}`, acceptance);
    }
  return [...found.values(), ...configuration.ignore.map(toAcceptance)];
}

function* readComments(project: Project): Iterable<Acceptance> {
  for (const file of project.history) {
    if (!file.source.directives.length) continue;
    const { path, directives, statements, errors } = file.source;
    for (const directive of directives)
      yield* readComment(project, path, directive, mayEdit(file), [...statements, ...errors]);
  }
  for (const source of project.prisma) {
    if (!source.directives.length) continue;
    const models = source.models.map(({ span }, i) => ({ span: spanAt(source.starts[i]!, span) }));
    const blocks = [
      ...models,
      ...source.enums,
      ...source.datasources,
      ...source.generators,
      ...source.errors,
    ];
    for (const directive of source.directives)
      yield* readComment(project, source.path, directive, true, blocks);
  }
  for (const file of project.code.filter(({ directives }) => directives.length))
    for (const directive of file.directives)
      yield* readComment(project, file.path, directive, true, [], file.usages);
}

/** A migration that may be applied is history: the tools refuse one whose text changed. */
const mayEdit = ({ kind, state }: HistoryFile): boolean =>
  kind === "schema" || kind === "adhoc" || state === "new" || state === "changed";

/** `rowguard-ignore <rule>[, rule]: <reason>`, `rowguard-ignore-file <rule>: <reason>`. */
function* readComment(
  project: Project,
  path: string,
  { span, text }: Directive,
  editable: boolean,
  blocks: readonly { readonly span: Span }[],
  extents: readonly { readonly span: Span }[] = [],
): Iterable<Acceptance> {
  const source = project.text(path);
  const written = source?.slice(span.start, span.end) ?? text;
  const parts = /rowguard-ignore(-file)?\b([^:\r\n]*)(?::([\s\S]*))?/.exec(written);
  if (!parts) return;
  const [, file, names = "", reason = ""] = parts;
  const namesStart = span.start + parts.index + "rowguard-ignore".length + (file?.length ?? 0);
  const covers = file ? "file" : coveredBy(source ?? "", span, blocks, extents);
  yield {
    place: { path, span },
    rules: [...names.matchAll(/[\w-]*\w/g)].map((name) => ({
      id: name[0],
      span: { start: namesStart + name.index, end: namesStart + name.index + name[0].length },
    })),
    reason: reason.replace(/(\*\/\s*\}?|-->)\s*$/, "").trim() || undefined,
    scope: file ? "file" : "next",
    covers,
    removal: source === undefined ? span : wholeLine(source, span),
    editable,
  };
}

const toAcceptance = ({
  rule,
  subject,
  reason,
  place,
  removal,
}: Configuration["ignore"][number]): Acceptance => ({
  place,
  rules: [{ id: rule, span: place.span }],
  reason: reason?.trim() || undefined,
  scope: "configuration",
  covers: { subject },
  removal,
  editable: true,
});

/** The comment's line with its line break, where nothing else stands on it; else the comment alone. */
function wholeLine(text: string, comment: Span): Span {
  const { start, end } = withBraces(text, comment);
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const lineBreak = text.indexOf("\n", end);
  const lineEnd = lineBreak < 0 ? text.length : lineBreak + 1;
  const alone = !text.slice(lineStart, start).trim() && !text.slice(end, lineEnd).trim();
  return alone ? { start: lineStart, end: lineEnd } : comment;
}

/** A comment of JSX is an expression with nothing but the comment. */
const withBraces = (text: string, { start, end }: Span): Span =>
  text[start - 1] === "{" && text[end] === "}" ? { start: start - 1, end: end + 1 } : { start, end };

export type Accept = (finding: Finding) => Acceptance | undefined;

/** Finds the suppression that accepts a finding: by the place it stands on, a place that explains it, or its subject. */
export function acceptWith(acceptances: readonly Acceptance[]): Accept {
  const byRule = new Map<string, Acceptance[]>();
  for (const acceptance of acceptances)
    for (const { id } of acceptance.rules) {
      const list = byRule.get(id);
      if (list) list.push(acceptance);
      else byRule.set(id, [acceptance]);
    }
  return (finding) => byRule.get(finding.rule)?.find((acceptance) => accepts(acceptance, finding));
}

function accepts({ covers, place }: Acceptance, finding: Finding): boolean {
  if (covers !== "file" && "subject" in covers) return covers.subject === finding.subject;
  const within = (at: Place): boolean =>
    at.path === place.path &&
    (covers === "file" || (covers.start <= at.span.start && at.span.start < covers.end));
  return within(finding.at) || (finding.related ?? []).some((related) => within(related.place));
}
