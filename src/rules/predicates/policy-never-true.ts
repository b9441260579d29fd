import type { Policy, PolicyClause, Table } from "../../catalog/catalog.ts";
import { ANYONE, isNeverTrue } from "../../catalog/meaning/decide.ts";
import {
  FALSE,
  type Formula,
  isRange,
  rewriteFormula,
  type Term,
  visit,
} from "../../catalog/meaning/formula.ts";
import { claimOf, plainClausesOf } from "../../project/atoms.ts";
import { clientsOf } from "../../project/audience.ts";
import { saysFalse } from "../../project/clauses.ts";
import { propositionOf } from "../../project/meaning.ts";
import type { Project } from "../../project/project.ts";
import { rowAccessOf } from "../../project/row-access.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy's condition is never true.",
  why: "A comparison with NULL, two values that exclude each other, a role that nobody has, a setting that nobody can set: the policy looks like a rule and lets nothing through. Where nothing should get through, `false` says so.",
  *check({ policy, table }, project) {
    for (const { written, formula } of plainClausesOf(project, table, policy)) {
      // Who writes `false` means it.
      const why = saysFalse(written.clause.expr)
        ? undefined
        : (whyNever(project, formula) ??
          whyHidden(project, table, policy, { clause: written.clause, formula }));
      if (why === undefined) continue;
      yield {
        at: written.clause.place,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `"${policy.name}" on ${nameOf(table)} is never true${why}: ${policy.permissive ? "it lets no row through" : "no row gets past it"}.`,
      };
      return;
    }
  },
});

/** Why no row and caller can meet it; undefined where one may. */
function whyNever(project: Project, formula: Formula): string | undefined {
  if (isNeverTrue(formula) === "yes") return "";
  const roles = new Set<string>();
  const without = rewriteFormula(formula, (part) => {
    const role = part.kind === "compare" ? unknownRole(project, part) : undefined;
    if (role === undefined) return part;
    roles.add(role);
    return FALSE;
  });
  if (roles.size && isNeverTrue(without) === "yes") return ` (no role is called ${[...roles].join(" or ")})`;
  const settings = settingsWithoutDot(formula);
  if (!settings.length) return undefined;
  const world = { ...ANYONE, know: (term: Term) => (isOf(term, settings) ? ("null" as const) : undefined) };
  return isNeverTrue(formula, world) === "yes"
    ? ` (nobody can set ${settings.join(" or ")}: a setting of one's own has a dot)`
    : undefined;
}

/** What it reads is shown to none of the clients that it is for: a policy's sub-selects see what policies show its caller. */
function whyHidden(
  project: Project,
  table: Table,
  policy: Policy,
  { clause, formula }: { readonly clause: PolicyClause; readonly formula: Formula },
): string | undefined {
  const roles = clientsOf(project, policy);
  const isForClients = policy.roles.every((role) => role === "public" || roles.includes(role));
  if (!project.manages.policies || !roles.length || !isForClients) return undefined;
  const hidden = readBy(project, formula).filter(
    (read) => !read.uncertain && roles.every((role) => showsNone(project, read, role)),
  );
  const isHeld = (role: string) => isNeverTrue(propositionOf(project, table, clause, role).formula) === "yes";
  return hidden.length && roles.every(isHeld)
    ? ` (no SELECT policy shows ${listOf(roles, "or")} a row of ${listOf(hidden.map(nameOf))})`
    : undefined;
}

function readBy({ catalog }: Project, formula: Formula): readonly Table[] {
  const read = new Set<Table>();
  visit(formula, (part) => {
    for (const { table } of isRange(part) ? part.rows : []) {
      const found = table === undefined ? undefined : catalog.tables.get(table);
      if (found) read.add(found);
    }
  });
  return [...read];
}

const showsNone = (project: Project, table: Table, role: string): boolean =>
  rowAccessOf(project, table, role, "select").rows === "none";

/** `auth.role() = 'admin'`, where no role is called so. */
function unknownRole(project: Project, part: Extract<Formula, { kind: "compare" }>): string | undefined {
  const { manages, catalog } = project;
  for (const [role, name] of [[part.left, part.right] as const, [part.right, part.left] as const]) {
    const claim = claimOf(project, role);
    if (claim?.length !== 1 || claim[0] !== "role" || name.kind !== "constant") continue;
    return part.operator === "=" && manages.policies && !catalog.roles.has(name.value)
      ? name.value
      : undefined;
  }
  return undefined;
}

const SETTING = /^current_setting\('(.*)'\)$/;

/** Settings that PostgreSQL itself has, and that policies may ask for. */
const BUILT_IN =
  /^(role|session_authorization|is_superuser|application_name|search_path|timezone|datestyle|intervalstyle|server_.*|client_encoding|transaction_.*|default_transaction_.*|row_security|in_hot_standby|lc_.*|.*_timeout|cluster_name|data_directory|port|max_.*|work_mem|wal_level)$/;

function settingsWithoutDot(formula: Formula): string[] {
  const found = new Set<string>();
  const look = (term: Term): void => {
    if (term.kind === "apply") for (const arg of term.args) look(arg);
    const name = term.kind === "caller" ? SETTING.exec(term.source)?.[1] : undefined;
    if (name !== undefined && !name.includes(".") && !BUILT_IN.test(name)) found.add(name);
  };
  visit(formula, (part) => {
    if (part.kind === "compare") for (const term of [part.left, part.right]) look(term);
    if (part.kind === "holds") look(part.term);
  });
  return [...found];
}

const isOf = (term: Term, settings: readonly string[]): boolean =>
  term.kind === "caller" && settings.includes(SETTING.exec(term.source)?.[1] ?? "");
