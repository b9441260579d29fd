import type { Clause, PolicyCommand, PolicyStatement } from "../../source/sql/statement.ts";
import { findNear } from "../../text/near.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { type Policy, type PolicyClause, qualify, type Refusal, type Table } from "../catalog.ts";
import { resolveClause } from "../resolve/resolve.ts";
import { findRelation, policyRoles, reportUnknown, schemaForNew } from "./names.ts";
import { type Draft, markChanged, type Step, UNCHANGED } from "./state.ts";

type Of<Kind extends PolicyStatement["kind"]> = Extract<PolicyStatement, { kind: Kind }>;

/** CREATE POLICY. One that PostgreSQL refuses is kept, marked, with the reason. */
export function createPolicy(step: Step, statement: Of<"create-policy">) {
  const { state } = step;
  const found = findRelation(state, statement.table);
  if (found?.kind === "temporary") return;
  if (found?.kind !== "table") {
    if (!found) reportUnknown(step, "create policy", statement.table, false);
    return refuseWithoutTable(step, statement, found !== undefined);
  }
  const table = state.shelves.tables.get(found.key)!;
  const policy = makePolicy(step, statement, table);
  const before = table.policies.get(statement.name);
  if (before && !before.refused && !table.uncertain) return refuseDuplicate(step, policy);
  const refused = refusalOf(step, table, policy);
  if (refused) policy.refused = refused;
  putPolicy(step, state.edit("tables", found.key)!, policy);
}

function makePolicy(
  step: Step,
  statement: Of<"create-policy">,
  table: Pick<Table, "schema" | "name">,
): Draft<Policy> {
  const policy: Draft<Policy> = {
    made: step.place,
    changed: UNCHANGED,
    platform: step.state.platform,
    conditional: step.conditional,
    schema: table.schema,
    table: table.name,
    name: statement.name,
    nameSpan: { path: step.path, span: statement.nameSpan },
    permissive: statement.permissive,
    command: statement.command,
    roles: policyRoles(step.state, statement.roles),
    rolesStated: statement.roles.length > 0,
  };
  if (statement.using) policy.using = makeClause(step, statement.using);
  if (statement.check) policy.check = makeClause(step, statement.check);
  return policy;
}

const makeClause = (step: Step, { expr, text, span, outer }: Clause): PolicyClause => ({
  expr,
  text: text ?? step.text.slice(span.start, span.end),
  place: { path: step.path, span },
  outer: { path: step.path, span: outer },
  searchPath: step.state.session.searchPath,
});

/** Puts a policy under its name in its table. */
export function putPolicy(step: Step, table: Draft<Table>, policy: Policy): void {
  const policies = step.state.own(table.policies);
  policies.set(policy.name, policy);
  table.policies = policies;
}

export function removePolicy(step: Step, table: Draft<Table>, name: string): void {
  const policies = step.state.own(table.policies);
  policies.delete(name);
  table.policies = policies;
}

function refuseWithoutTable(step: Step, statement: Of<"create-policy">, exists: boolean): void {
  const { table } = statement;
  const schema = schemaForNew(step.state, table);
  const policy = makePolicy(step, statement, { schema, name: table.name });
  const at = { path: step.path, span: table.span };
  const name = quoteIdentifier(table.name);
  const event = step.state.lists.events.at(-1);
  const near = !exists && event?.kind === "target-unknown" ? event.near : undefined;
  const refused: Refusal = exists
    ? { kind: "clause", at, message: `${name} is no table: policies belong on tables.` }
    : {
        kind: "table-unknown",
        name: table.name,
        at,
        message: `There is no table ${name}.`,
        ...(near ? { near } : {}),
      };
  step.state.add("refused", { ...policy, refused });
}

/** A name that is taken. Statements that may not have run, or run again, mean the policy that is there. */
function refuseDuplicate(step: Step, policy: Policy) {
  if (step.conditional || step.outside) return;
  const table = quoteIdentifier(policy.table);
  const message = `${table} has a policy ${quoteIdentifier(policy.name)} already.`;
  step.state.add("refused", { ...policy, refused: { kind: "duplicate", at: policy.nameSpan, message } });
}

const WRITES_ONLY_CHECK: ReadonlySet<PolicyCommand> = new Set(["insert"]);
const ONLY_USING: ReadonlySet<PolicyCommand> = new Set(["select", "delete"]);

/** Why PostgreSQL would refuse the policy here and now, if it would. Notes what the policy uses on the way. */
function refusalOf(step: Step, table: Table, policy: Policy): Refusal | undefined {
  return refusedClause(policy) ?? refusedRole(step, policy) ?? refusedExpression(step, table, policy);
}

function refusedClause({ command, using, check }: Policy): Refusal | undefined {
  if (using && WRITES_ONLY_CHECK.has(command))
    return { kind: "clause", at: using.outer, message: "A policy for INSERT takes WITH CHECK, not USING." };
  if (check && ONLY_USING.has(command)) {
    const message = `A policy for ${command.toUpperCase()} takes USING, not WITH CHECK.`;
    return { kind: "clause", at: check.outer, message };
  }
  return undefined;
}

/** Roles belong to the whole server, and any tool makes them: only a near name tells that one is wrong. */
function refusedRole(step: Step, policy: Policy): Refusal | undefined {
  const { roles } = step.state.shelves;
  for (const name of policy.roles) {
    if (name === "public" || roles.has(name)) continue;
    const near = findNear(name, roles.keys());
    if (near === undefined) continue;
    const message = `There is no role ${quoteIdentifier(name)}.`;
    return { kind: "role-unknown", name, near: quoteIdentifier(near), at: policy.made, message };
  }
  return undefined;
}

function refusedExpression(step: Step, table: Table, policy: Policy): Refusal | undefined {
  const { state } = step;
  const key = qualify(table.schema, table.name);
  let first: Refusal | undefined;
  for (const clause of [policy.using, policy.check]) {
    if (!clause) continue;
    resolveClause(clause, table, state.shelves, isCertain(step), {
      relation: (_, used) => state.addUser(used, key),
      call: (_, functions) => {
        for (const func of functions) state.addUser(qualify(func.schema, func.name), key);
      },
      cast: ({ name, kind }) => {
        if (kind !== "builtin" && kind !== "unknown") state.addUser(name, key);
      },
      problem: (problem) => {
        if (!isForgiven(step, problem)) first ??= problem;
      },
    });
  }
  return first;
}

/** Whether everything that exists was seen being made. */
const isCertain = (step: Step): boolean => step.state.lists.unresolved.length === 0;

/** A file outside the history runs when everything is there, whatever its name sorts before. */
const isForgiven = (step: Step, problem: Refusal): boolean =>
  step.outside && problem.kind === "function-unknown" && problem.near === undefined;

/** ALTER POLICY. A clause that PostgreSQL refuses leaves the policy as it was. */
export function alterPolicy(step: Step, statement: Of<"alter-policy">) {
  const { state } = step;
  const found = findRelation(state, statement.table);
  if (!found) return reportUnknown(step, "alter policy", statement.table, false);
  const table = found.kind === "table" ? state.shelves.tables.get(found.key) : undefined;
  const before = table?.policies.get(statement.name);
  if (!table || found.kind !== "table") return;
  if (!before) return reportUnknownPolicy(step, table, statement.name, false);
  const after: Draft<Policy> = { ...before };
  if (statement.roles) after.roles = policyRoles(state, statement.roles);
  if (statement.roles) after.rolesStated = true;
  if (statement.using) after.using = makeClause(step, statement.using);
  if (statement.check) after.check = makeClause(step, statement.check);
  markChanged(step, after);
  const refused = refusalOf(step, table, after);
  if (refused && !before.refused) {
    state.add("refused", { ...after, refused });
    return;
  }
  delete after.refused;
  changePolicy(step, found.key, before, refused ? { ...after, refused } : after);
}

/** Replaces a policy of a table and says so. */
export function changePolicy(step: Step, key: string, before: Policy, after: Policy): void {
  const table = step.state.edit("tables", key)!;
  if (before.name !== after.name) removePolicy(step, table, before.name);
  putPolicy(step, table, after);
  step.state.add("events", { kind: "policy-changed", table: key, before, after, place: step.place });
}

export function reportUnknownPolicy(step: Step, table: Table, name: string, ifExists: boolean): void {
  const near = findNear(name, table.policies.keys());
  step.state.add("events", {
    kind: "policy-unknown",
    table: qualify(table.schema, table.name),
    name,
    ...(near === undefined ? {} : { near }),
    ifExists,
    place: step.place,
  });
}
