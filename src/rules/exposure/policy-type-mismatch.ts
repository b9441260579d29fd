import type { Refusal } from "../../catalog/catalog.ts";
import { functionStatement } from "../../project/function-edits.ts";
import { helperProblems } from "../../project/helper-problems.ts";
import type { Project } from "../../project/project.ts";
import { restate } from "../../project/restate.ts";
import { nameOf } from "../../project/words.ts";
import type { Edit } from "../../text/edit.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

type Mismatch = Extract<Refusal, { kind: "type-mismatch" }>;

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy compares two types that have no operator between them.",
  why: "There is no `text = uuid` in PostgreSQL: the policy is not created, and the table stays without it. Prisma's `String` ids are text, Supabase's `auth.uid()` is uuid.",
  *check({ policy, table }, project) {
    for (const { func, problem } of helperProblems(project, table, policy)) {
      if (problem.kind !== "type-mismatch") continue;
      const edit = castEdit(problem, project);
      const remedy = edit && functionStatement(project, func, [edit.edit], `Cast to ${edit.type}`);
      yield {
        at: problem.at,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `${nameOf(func)}, which the policy "${policy.name}" of ${nameOf(table)} asks, compares ${problem.left} ${problem.operator} ${problem.right}: PostgreSQL has no such operator.`,
        ...(remedy ? { remedy } : {}),
      };
    }
    const refused = policy.refused;
    if (refused?.kind !== "type-mismatch") return;
    const edit = castEdit(refused, project);
    const remedy = edit && restate(project, policy.made, [edit.edit], `Cast to ${edit.type}`);
    yield {
      at: refused.at,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `The policy "${policy.name}" of ${nameOf(table)} compares ${refused.left} ${refused.operator} ${refused.right}: PostgreSQL has no such operator and refuses the policy.`,
      ...(remedy ? { remedy } : {}),
    };
  },
});

/** Casts the side that is no plain column, so that an index on the column stays usable. */
function castEdit(refused: Mismatch, project: Project): { edit: Edit; type: string } | undefined {
  const { leftExpr, rightExpr } = refused;
  if (!leftExpr || !rightExpr) return undefined;
  const castLeft = isColumn(rightExpr, project) && !isColumn(leftExpr, project);
  const place = castLeft ? leftExpr : rightExpr;
  const type = castLeft ? refused.right : refused.left;
  const text = textAt(place, project);
  if (text === undefined || !/^[a-z_0-9. ]+$/.test(type)) return undefined;
  return {
    type,
    edit: { path: place.path, span: place.span, text: `${isTight(text) ? text : `(${text})`}::${type}` },
  };
}

const textAt = (place: Place, project: Project): string | undefined =>
  project.text(place.path)?.slice(place.span.start, place.span.end);

const isColumn = (place: Place, project: Project): boolean =>
  /^("[^"]+"|[\w$]+)(\.("[^"]+"|[\w$]+))*$/.test(textAt(place, project) ?? "");

/** Text that `::` binds to as a whole: a name, a call without operators around it, or parentheses. */
const isTight = (text: string): boolean => /^[\w$."]+(\([^()]*\))?$/.test(text) || /^\([\s\S]*\)$/.test(text);
