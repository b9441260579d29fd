import type { Catalog } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import type { RawFinding } from "../../text/finding.ts";
import { covers } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

type Unresolved = Catalog["unresolved"][number];

export default defineRule({
  on: "project",
  severity: "info",
  summary:
    "SQL that is built at run time and concerns row-level security, which reading alone cannot follow.",
  why: "What a loop over the catalog or an event trigger does is known only when it has run. Rules that depend on it stay silent for the tables concerned.",
  *check(project) {
    for (const parts of byStatement(project)) yield describe(parts);
  },
});

function describe(parts: readonly Unresolved[]): RawFinding {
  const [{ place }, ...others] = parts as [Unresolved, ...Unresolved[]];
  const reasons = [...new Set(parts.map(({ reason }) => reason))].join(", ");
  const what = others.length
    ? `What ${parts.length} statements of this block do to row-level security is known only when they run`
    : "What this statement does to row-level security is known only when it runs";
  return {
    at: place,
    subject: `sql ${place.path}`,
    message: `${what}: ${reasons}.`,
    ...(others.length && {
      related: others.map((each) => ({ place: each.place, message: "Another of them." })),
    }),
  };
}

/** One block may build many statements: it is one thing to look at. */
function byStatement(project: Project): Iterable<readonly Unresolved[]> {
  const groups = new Map<string, Unresolved[]>();
  for (const each of project.catalog.unresolved) {
    const { path, span } = each.place;
    if (!each.touchesRowSecurity || project.text(path) === undefined) continue;
    const file = project.history.find(({ source }) => source.path === path);
    const whole = file?.source.statements.find((statement) => covers(statement.span, span))?.span ?? span;
    const key = `${path}\n${whole.start}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups.values();
}
