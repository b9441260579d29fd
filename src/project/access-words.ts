import type { Func, Policy, Table } from "../catalog/catalog.ts";
import { armsOf } from "../catalog/meaning/arms.ts";
import { isAlwaysTrue, isNeverTrue } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import { and, type Formula, TRUE } from "../catalog/meaning/formula.ts";
import { clauseFor } from "./audience.ts";
import { conditionWords } from "./condition-words.ts";
import { judgedAccessOf } from "./judged-access.ts";
import { propositionOf, worldOfRole } from "./meaning.ts";
import { joinWays } from "./one-of.ts";
import { plainFormula } from "./plain-formula.ts";
import type { Project } from "./project.ts";
import { describeRowAccess, ROW_COMMANDS, type RowCommand } from "./row-access.ts";
import { checksOn } from "./table-checks.ts";
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
    const { ways, unread } = waysOfRole(project, table, role);
    const sentences = [...commandsBy(ways, wholeWords)].map(
      ([words, commands]) =>
        `${role} may ${listOf(commands, words.startsWith("no ") ? "or" : "and")} ${words}.`,
    );
    return { role, sentences, unread: [...unread] };
  });
}

/** What a table's policies open, in one line: "anon and authenticated may select every row"; "" where they open nothing. */
export function openedByPolicies(project: Project, table: Table): string {
  if (!table.rowSecurity || !table.policies.size) return "";
  const roles = new Map<string, string[]>();
  for (const role of project.settings.clientRoles) {
    const opening = waysOfRole(project, table, role).ways.filter(({ opens }) => opens);
    for (const [words, commands] of commandsBy(opening, rowWords)) {
      const said = `may ${listOf(commands)} ${words}`;
      roles.set(said, [...(roles.get(said) ?? []), role]);
    }
  }
  return [...roles].map(([said, all]) => `${listOf(all)} ${said}`).join("; ");
}

/** One way in which a role reaches rows with a command, or why there is none. */
interface Way {
  readonly command: RowCommand;
  readonly opens: boolean;
  readonly words: string;
  /** The policy that opens it, alone and with the helpers it asks; absent where none is asked. */
  readonly policy?: string;
  readonly by?: string;
  /** What restrictive policies make of it. */
  readonly within: readonly Part[];
}

/** Which rows one policy is about, its name, and that with the helpers it asks. */
interface Part {
  readonly words: string;
  readonly policy: string;
  readonly by: string;
}

/** For one line: what takes a paragraph to say is only named. */
const rowWords = ({ words, policy, within }: Way): string => {
  const said = `${words}${within.length ? `, of which only ${listOf(within.map((each) => each.words))}` : ""}`;
  return said.length > LONGEST && policy !== undefined ? `rows that ${policy} lets through` : said;
};

const LONGEST = 200;

const wholeWords = (way: Way): string => {
  const limits = way.within.map(partWords);
  return `${partWords(way)}${limits.length ? `, of which only ${listOf(limits)}` : ""}`;
};

const partWords = ({ words, policy, by }: Pick<Way, "words" | "policy" | "by">): string =>
  by === undefined
    ? words
    : words.length > LONGEST_WHOLE
      ? `rows that ${policy} lets through, on conditions too many to say (${by})`
      : `${words} (${by})`;

/** Nobody reads more as one sentence; the policy's own text is clearer then. */
const LONGEST_WHOLE = 600;

/** The commands of which the same can be said. */
function commandsBy(ways: readonly Way[], say: (way: Way) => string): Map<string, RowCommand[]> {
  const commands = new Map<string, RowCommand[]>();
  for (const way of ways) {
    const words = say(way);
    const known = commands.get(words) ?? [];
    commands.set(words, known.includes(way.command) ? known : [...known, way.command]);
  }
  return commands;
}

function waysOfRole(project: Project, table: Table, role: string): { ways: Way[]; unread: Set<string> } {
  const unread = new Set<string>();
  const ways = ROW_COMMANDS.flatMap((command) => waysOf(project, table, role, command, unread));
  return { ways, unread };
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
): readonly Way[] {
  const access = judgedAccessOf(project, table, role, command);
  const none = (why: string): Way[] => [{ command, opens: false, words: `no row: ${why}`, within: [] }];
  if (access.rows === "denied") return none("the privilege is not granted");
  if (access.rows === "none") return none(access.why);
  if (access.rows === "every")
    return [{ command, opens: true, words: describeRowAccess(access), within: [] }];
  const partsOf = (policies: readonly Policy[]) =>
    policies
      .map((policy) => partOf(project, table, policy, role, command, unread))
      .filter((each) => each !== undefined);
  const within = partsOf(access.restrictive);
  return partsOf(access.permissive).map((part) => ({
    command,
    opens: part.words !== NO_ROW,
    ...part,
    within,
  }));
}

const NO_ROW = "no row";

function partOf(
  project: Project,
  table: Table,
  policy: Policy,
  role: string,
  command: RowCommand,
  unread: Set<string>,
): Part | undefined {
  const clause = clauseFor(policy, command);
  if (!clause) return undefined;
  const proposition = propositionOf(project, table, clause, role);
  for (const { what } of proposition.unread) unread.add(`${what} in ${policy.name}`);
  return {
    words: rowsOf(
      project,
      proposition.formula,
      worldOfRole(project, role),
      checksOn(project, table, proposition.formula),
    ),
    policy: policy.name,
    by: `${policy.name}${throughWords(project, [clause.expr])}`,
  };
}

/** `checks` is what holds of every row of the table. */
function rowsOf(project: Project, formula: Formula, world?: World, checks: Formula = TRUE): string {
  if (isAlwaysTrue(formula) === "yes") return "every row";
  const ways = armsOf(plainFormula(formula)).map((arm) => arm.formula);
  const possible = joinWays(ways.filter((way) => isNeverTrue(and([way, checks]), world) !== "yes"));
  const words = possible.map((way) => conditionWords(project, way));
  return words.length ? `rows ${[...new Set(words)].join(", or ")}` : NO_ROW;
}

/** Helpers that are named for one policy; others are counted. */
const MOST_NAMED = 6;

/** ", through is_admin and current_user_org": the sources' own functions that the condition asks. */
function throughWords(project: Project, exprs: readonly Parameters<typeof visitThrough>[1][]): string {
  const functions = new Set<Func>();
  for (const expr of exprs)
    visitThrough(project, expr, {
      expr: (_, way) => {
        for (const func of way.functions) functions.add(func);
      },
    });
  const names = [...new Set([...functions].map(nameOf))];
  const more = names.length > MOST_NAMED ? [`${names.length - MOST_NAMED + 1} more`] : [];
  return names.length
    ? `, through ${listOf([...names.slice(0, more.length ? MOST_NAMED - 1 : MOST_NAMED), ...more])}`
    : "";
}
