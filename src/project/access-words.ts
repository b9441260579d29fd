import type { Func, Policy, Table } from "../catalog/catalog.ts";
import { armsOf } from "../catalog/meaning/arms.ts";
import { isAlwaysTrue, isNeverTrue } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import type { Formula } from "../catalog/meaning/formula.ts";
import { clauseFor } from "./audience.ts";
import { conditionWords } from "./condition-words.ts";
import { propositionOf, worldOf } from "./meaning.ts";
import { joinWays } from "./one-of.ts";
import type { Project } from "./project.ts";
import { describeRowAccess, ROW_COMMANDS, type RowCommand, rowAccessOf } from "./row-access.ts";
import { visitThrough } from "./through.ts";
import { listOf, nameOf } from "./words.ts";

/** What one role may do, as a sentence for each way it may. */
export interface AccessWords {
  readonly role: string;
  readonly sentences: readonly string[];
  /** What could not be said for certain, and why. */
  readonly unread: readonly string[];
}

/** Who gets which rows of a table through which policy, in plain words, for every client role. */
export function accessInWords(project: Project, table: Table): readonly AccessWords[] {
  return project.settings.clientRoles.map((role) => {
    const unread = new Set<string>();
    const byWords = new Map<string, RowCommand[]>();
    for (const command of ROW_COMMANDS)
      for (const words of waysOf(project, table, role, command, unread))
        byWords.set(words, [...(byWords.get(words) ?? []), command]);
    const sentences = [...byWords].map(([words, commands]) =>
      words.startsWith("no ")
        ? `${role} may ${listOf(commands, "or")} ${words}.`
        : `${role} may ${listOf(commands)} ${words}.`,
    );
    return { role, sentences, unread: [...unread] };
  });
}

/** What a table's policies open, in one line: "anon and authenticated may select every row"; "" where they open nothing. */
export function openedByPolicies(project: Project, table: Table): string {
  if (!table.rowSecurity || !table.policies.size) return "";
  const roles = new Map<string, string[]>();
  for (const { role, sentences } of accessInWords(project, table))
    for (const sentence of sentences) {
      const rest = sentence.slice(role.length).replace(/( \([^()]*\))?\.$/, "");
      if (!/ no row\b/.test(rest)) roles.set(rest, [...(roles.get(rest) ?? []), role]);
    }
  return [...roles].map(([rest, all]) => `${listOf(all)}${rest}`).join("; ");
}

/** What a policy lets through, in plain words. */
export function policyInWords(project: Project, table: Table, policy: Policy): string {
  const clause = policy.using ?? policy.check;
  if (!clause) return "It lets no row through: its clause is missing.";
  const { formula, unread } = propositionOf(project, table, clause);
  const through = throughWords(project, [clause.expr]);
  const missing = unread.length
    ? ` Not understood: ${listOf([...new Set(unread.map(({ what }) => what))])}.`
    : "";
  const verb = policy.permissive ? "Lets through" : "Holds everybody to";
  return `${verb} ${rowsOf(project, formula)}${through}.${missing}`;
}

function waysOf(
  project: Project,
  table: Table,
  role: string,
  command: RowCommand,
  unread: Set<string>,
): readonly string[] {
  const access = rowAccessOf(project, table, role, command);
  if (access.rows === "denied") return [`no row: the privilege is not granted`];
  if (access.rows !== "some") return [describeRowAccess(access)];
  const within = access.restrictive.map((policy) => partOf(project, table, policy, role, command, unread));
  const limits = within.filter((each) => each !== undefined).map(({ words, by }) => `${words} (${by})`);
  const limit = limits.length ? `, of which only ${listOf(limits)}` : "";
  const ways = access.permissive.flatMap((policy) => {
    const part = partOf(project, table, policy, role, command, unread);
    return part ? [`${part.words} (${part.by})${limit}`] : [];
  });
  return ways.length ? ways : ["no row: no policy lets one through"];
}

/** Which rows one policy is about, and its name with the helpers it asks. */
function partOf(
  project: Project,
  table: Table,
  policy: Policy,
  role: string,
  command: RowCommand,
  unread: Set<string>,
): { readonly words: string; readonly by: string } | undefined {
  const clause = clauseFor(policy, command);
  if (!clause) return undefined;
  const proposition = propositionOf(project, table, clause, role);
  for (const { what } of proposition.unread) unread.add(`${what} in ${policy.name}`);
  const world = worldOf(project, role === project.platform.anonymousRole ? "anonymous" : "anyone");
  if (isNeverTrue(proposition.formula, world) === "yes") return undefined;
  return {
    words: rowsOf(project, proposition.formula, world),
    by: `${policy.name}${throughWords(project, [clause.expr])}`,
  };
}

function rowsOf(project: Project, formula: Formula, world?: World): string {
  if (isAlwaysTrue(formula) === "yes") return "every row";
  const ways = armsOf(formula).map((arm) => arm.formula);
  const possible = joinWays(ways.filter((way) => isNeverTrue(way, world) !== "yes"));
  const words = possible.map((way) => conditionWords(project, way));
  return words.length ? `rows ${[...new Set(words)].join(", or ")}` : "no row";
}

/** ", through is_admin and current_user_org": the sources' own functions that the condition asks. */
function throughWords(project: Project, exprs: readonly Parameters<typeof visitThrough>[1][]): string {
  const functions = new Set<Func>();
  for (const expr of exprs)
    visitThrough(project, expr, {
      expr: (_, way) => {
        for (const func of way.functions) functions.add(func);
      },
    });
  return functions.size ? `, through ${listOf([...functions].map(nameOf))}` : "";
}
