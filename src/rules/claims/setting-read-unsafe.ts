import type { Func, Policy, Table } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { changeClauses, clausesOf } from "../../project/clauses.ts";
import { functionStatement } from "../../project/function-edits.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { isIdentitySetting } from "../../project/trusted-settings.ts";
import { settingOf, type UnsafeRead, unsafeReads } from "../../project/unsafe-reads.ts";
import { placeIn, type Wording, wordingOf } from "../../project/wording.ts";
import { nameOf } from "../../project/words.ts";
import type { Expr } from "../../source/sql/expression.ts";
import { callsOf, queryParts } from "../../source/sql/walk.ts";
import type { RawFinding } from "../../text/finding.ts";
import { quoteLiteral } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A policy reads a setting in a way that raises an error where it is not set.",
  why: "`current_setting(x)` raises where the setting is unknown, and after a transaction that set it locally it is `''`, not NULL: `''::uuid` raises as well. Every query then fails instead of finding no rows.",
  *check(project) {
    for (const table of project.catalog.tables.values())
      if (table.policies.size && !isConcealed(project, table)) yield* findingsOn(project, table);
    for (const func of [...project.catalog.functions.values()].flat())
      if (!func.platform) yield* checkFunction(project, func);
  },
});

const findingsOn = derived((project: Project, table: Table): readonly RawFinding[] =>
  [...table.policies.values()].flatMap((policy) =>
    policy.refused ? [] : [...checkPolicy(project, table, policy)],
  ),
);

const readsIn = derived((_: Project, { expr }: Wording) => unsafeReads(expr));

function* checkPolicy(project: Project, table: Table, policy: Policy): Iterable<RawFinding> {
  const reads = clausesOf(policy).flatMap((written) =>
    readsIn(project, wordingOf(written.clause))
      .filter((read) => matters(project, read))
      .map((read) => ({ in: written, read, at: placeIn(written.clause, read.span) })),
  );
  const [first] = reads;
  if (!first) return;
  const remedy = changeClauses(
    policy,
    reads.map(({ in: written, read, at }) => ({ in: written, span: at.span, text: safeRead(read) })),
    "Read it as NULL where it is not set",
  );
  yield {
    at: first.at,
    subject: `${table.schema}.${table.name}/${policy.name}`,
    message: `"${policy.name}" on ${nameOf(table)} reads ${describe(first.read)}.`,
    ...(remedy ? { remedy } : {}),
  };
}

const describe = ({ setting, cast }: UnsafeRead): string =>
  cast === undefined
    ? `current_setting('${setting}'), which raises an error where the setting is unknown`
    : `the setting ${setting} as ${cast}, which raises an error where it is '' (as it is after a transaction that set it)`;

const safeRead = ({ setting, guarded }: UnsafeRead): string =>
  guarded
    ? `current_setting(${quoteLiteral(setting)}, true)`
    : `nullif(current_setting(${quoteLiteral(setting)}, true), '')`;

/** A default for the role or the database is what an unset one has; an API sets its own for every request. */
const matters = (project: Project, { setting }: UnsafeRead): boolean =>
  isIdentitySetting(project, setting) &&
  !(project.platform.clientsUseApi && setting.startsWith("request.")) &&
  !project.catalog.settings.some((each) => each.setting.toLowerCase() === setting);

/** In a body that reads the setting twice or catches errors, what comes of it is not known. */
function* checkFunction(project: Project, func: Func): Iterable<RawFinding> {
  if (/\bexception\b/i.test(func.source ?? "")) return;
  const exprs = [...func.body.expressions, ...func.body.queries.flatMap(queryParts)];
  const reads = exprs.flatMap(unsafeReads).filter((read) => matters(project, read));
  const once = reads.filter((read) => read.cast === undefined || countReads(exprs, read.setting) === 1);
  const [first] = once;
  if (!first) return;
  const { path } = func.made;
  const edits = once.map((read) => ({ path, span: read.span, text: safeRead(read) }));
  const remedy = functionStatement(project, func, edits, "Read it as NULL where it is not set");
  yield {
    at: { path, span: first.span },
    subject: `${func.schema}.${func.name}()`,
    message: `${nameOf(func)} reads ${describe(first)}.`,
    ...(remedy ? { remedy } : {}),
  };
}

const countReads = (exprs: readonly Expr[], setting: string): number =>
  exprs.flatMap(callsOf).filter((call) => settingOf(call) === setting).length;
