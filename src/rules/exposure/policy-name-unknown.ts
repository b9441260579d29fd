import type { Policy, Refusal, Table } from "../../catalog/catalog.ts";
import { functionStatement } from "../../project/function-edits.ts";
import { type HelperProblem, helperProblems } from "../../project/helper-problems.ts";
import type { Project } from "../../project/project.ts";
import { restate } from "../../project/restate.ts";
import { nameOf } from "../../project/words.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

const KINDS = {
  "table-unknown": "table",
  "column-unknown": "column",
  "function-unknown": "function",
  "type-unknown": "type",
  "role-unknown": "role",
} as const;

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy names a column, table, function, type or role that does not exist.",
  why: 'PostgreSQL refuses such a policy: the migration stops there, and the table has no policy. Prisma\'s columns keep their capitals and need quotes: `tenant_id` is not `"tenantId"`.',
  *check({ policy, table }, project) {
    for (const found of helperProblems(project, table, policy))
      if (isUnknown(found.problem) && !isMadeElsewhere(project, found.problem))
        yield inHelper(project, table, policy, found, found.problem);
    const refused = policy.refused;
    if (!refused || !isUnknown(refused) || isMadeElsewhere(project, refused)) return;
    // A policy on a table that is not there is for policy-target-unknown to say.
    if (refused.kind === "table-unknown" && refused.name === policy.table) return;
    const { kind, name, near, at } = refused;
    const hint = near ? ` It is called ${near}.` : "";
    const remedy =
      near &&
      restate(project, policy.made, [{ path: at.path, span: at.span, text: near }], `Name ${near} instead`);
    yield {
      at,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `The policy "${policy.name}" of ${nameOf(table)} names the ${KINDS[kind]} ${name}, which does not exist.${hint}`,
      ...(remedy ? { remedy } : {}),
    };
  },
});

type Unknown = Extract<Refusal, { kind: keyof typeof KINDS }>;

const isUnknown = (refusal: Refusal): refusal is Unknown => refusal.kind in KINDS;

/** Types that were generated from a database know the column of a table that the migrations make without it. */
const isMadeElsewhere = ({ catalog, generatedNames }: Project, { kind, name }: Unknown): boolean =>
  kind === "column-unknown" &&
  generatedNames.some(({ tables }) =>
    [...tables].some(
      ([key, columns]) => columns.has(name) && catalog.tables.get(key)?.columns.has(name) === false,
    ),
  );

/** PostgreSQL looks into the body of a PL/pgSQL function when it runs: every query of the table fails then. */
function inHelper(
  project: Project,
  table: Table,
  policy: Policy,
  { func }: HelperProblem,
  { kind, name, near, at }: Unknown,
): RawFinding {
  const remedy =
    near &&
    kind === "column-unknown" &&
    functionStatement(project, func, [{ path: at.path, span: at.span, text: near }], `Name ${near} instead`);
  return {
    at,
    subject: `${table.schema}.${table.name}/${policy.name}`,
    message: `${nameOf(func)}, which the policy "${policy.name}" of ${nameOf(table)} asks, names the ${KINDS[kind]} ${name}, which does not exist.${near ? ` It is called ${near}.` : ""}`,
    ...(remedy ? { remedy } : {}),
  };
}
