import { isBypass, mayDo, privilegesOf, rolesOf } from "../catalog/access.ts";
import { type Policy, type PolicyClause, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { type Arm, armsOf } from "../catalog/meaning/arms.ts";
import { canBeTrue, unite } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import {
  and,
  FALSE,
  type Formula,
  isNull,
  or,
  someTerm,
  spokenBy,
  type Term,
  TRUE,
  termsIn,
  visit,
} from "../catalog/meaning/formula.ts";
import { columnTerm } from "../catalog/meaning/value.ts";
import type { Place, Span } from "../text/span.ts";
import { clientsOf } from "./audience.ts";
import { clausesOf, type WrittenClause } from "./clauses.ts";
import { checkOf, propositionOf, type Who, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { isConcealed } from "./reach.ts";
import { policiesFor, ROW_COMMANDS, type RowCommand } from "./row-access.ts";
import { checksOn } from "./table-checks.ts";
import type { Scope } from "./tenancy.ts";

/** A clause of a policy as one role meets it, beside the other policies of the table. */
export interface Judged {
  readonly written: WrittenClause;
  readonly role: string;
  /** Those that the clause decides and the role has the privilege for. */
  readonly commands: readonly RowCommand[];
  readonly formula: Formula;
  readonly arms: readonly Arm[];
  /** By command: what the table's checks and the other policies demand of the same row. Of a permissive policy those are restrictive ones. */
  readonly within: ReadonlyMap<RowCommand, Formula>;
  /** What UPDATE demands besides: a row to be found for the new one, and a new one for the row that is found. */
  readonly beside: Formula;
}

/** Every clause of a policy for every client role that it is for. Empty for what no rule judges. */
export const judge = derived((project: Project, table: Table, policy: Policy): readonly Judged[] => {
  if (policy.refused || !table.rowSecurity) return [];
  if (isConcealed(project, table)) return [];
  const judged = rolesFor(project, table, policy).flatMap((role) =>
    clausesOf(policy).map((written) => judgeClause(project, table, policy, written, role)),
  );
  return judged.filter(({ commands }) => commands.length);
});

/** The client roles a policy is for; where the project names none, the roles it names that policies hold. */
function rolesFor(project: Project, table: Table, policy: Policy): readonly string[] {
  const clients = clientsOf(project, policy);
  const named =
    clients.length || project.settings.clientRoles.length
      ? clients
      : policy.roles.flatMap((role) => (role === "public" ? everybodyOn(project, table) : [role]));
  return [...new Set(named)].filter(
    (role) => !isBypass(project.catalog, role) && !project.platform.bypassRoles.includes(role),
  );
}

/** Of everybody, those who come to the table at all, where the sources say who does. */
function everybodyOn({ catalog, settings }: Project, table: Table): readonly string[] {
  const { applicationRole } = settings;
  if (applicationRole !== undefined) return [applicationRole];
  const granted = table.grants.map(({ role }) => role).filter((role) => catalog.roles.has(role));
  return granted.length ? granted : ["public"];
}

function judgeClause(
  project: Project,
  table: Table,
  policy: Policy,
  written: WrittenClause,
  role: string,
): Judged {
  const privileges = privilegesOf(project.catalog, table, role);
  const isClient = project.settings.clientRoles.includes(role);
  const commands = ROW_COMMANDS.filter(
    (command) =>
      (policy.command === "all" || policy.command === command) &&
      decides(policy, written, command) &&
      (!isClient || mayDo(privileges, command)),
  );
  const { formula } = propositionOf(project, table, written.clause, role);
  const checks = checksOn(project, table, formula);
  const within = new Map(
    commands.map((command) => {
      const others = policy.permissive
        ? restrictionOf(project, table, role, command, written.word)
        : othersOf(project, table, role, command, written.word, policy);
      return [command, and([others, checks])];
    }),
  );
  const beside = commands.includes("update") ? otherRowOf(project, table, role, written.word) : TRUE;
  return { written, role, commands, formula, arms: armsOf(formula), within, beside };
}

/** USING stands in for a missing WITH CHECK. */
function decides(policy: Policy, { word, clause }: WrittenClause, command: RowCommand): boolean {
  if (word === "with check") return command === "insert" || command === "update";
  if (command === "insert") return policy.command === "all" && checkOf(command)(policy) === clause;
  return true;
}

/** The policies for a command as conditions on the row that USING or WITH CHECK is about. */
function conditionsFor(
  project: Project,
  table: Table,
  role: string,
  command: RowCommand,
  word: WrittenClause["word"],
): readonly { readonly policy: Policy; readonly formula: Formula }[] {
  return policiesFor(table, rolesOf(project.catalog, role), command).map((policy) => {
    const clause: PolicyClause | undefined =
      word === "using" && command !== "insert" ? policy.using : checkOf(command)(policy);
    const without = policy.permissive ? FALSE : TRUE;
    return { policy, formula: clause ? propositionOf(project, table, clause, role).formula : without };
  });
}

const restrictionOf = derived(
  (project: Project, table: Table, role: string, command: RowCommand, word: WrittenClause["word"]): Formula =>
    and(
      conditionsFor(project, table, role, command, word)
        .filter(({ policy }) => !policy.permissive)
        .map(({ formula }) => formula),
    ),
);

/** What a restrictive policy is beside: the permissive ones together, and the other restrictive ones. */
function othersOf(
  project: Project,
  table: Table,
  role: string,
  command: RowCommand,
  word: WrittenClause["word"],
  policy: Policy,
): Formula {
  const others = conditionsFor(project, table, role, command, word).filter((each) => each.policy !== policy);
  const of = (permissive: boolean) =>
    others.filter((each) => each.policy.permissive === permissive).map(({ formula }) => formula);
  return unite(of(true), of(false));
}

/** An UPDATE's other row: the new one where `word` is about the one that is found, and the other way round. */
const otherRowOf = derived(
  (project: Project, table: Table, role: string, word: WrittenClause["word"]): Formula => {
    const states = policiesFor(table, rolesOf(project.catalog, role), "update").some(({ check }) => check);
    // One condition for both rows: where one of them meets it, so may the other.
    if (!states) return TRUE;
    const conditions = conditionsFor(
      project,
      table,
      role,
      "update",
      word === "using" ? "with check" : "using",
    );
    const of = (permissive: boolean) =>
      conditions.filter(({ policy }) => policy.permissive === permissive).map(({ formula }) => formula);
    const where: Formula = { kind: "about", row: OTHER, arg: unite(of(true), of(false)) };
    const kept = keptColumns(project, table, role);
    return {
      kind: "exists",
      rows: [{ row: OTHER, table: qualify(table.schema, table.name) }],
      where: and([where, ...kept.map((column) => isSameInBoth(project, table, column))]),
      match: TRUE,
    };
  },
);

const OTHER = 1;

/** The columns that the role may not update: both rows have the same there. */
function keptColumns(project: Project, table: Table, role: string): readonly string[] {
  const { owner, whole, columns } = privilegesOf(project.catalog, table, role);
  if (owner || whole.has("update") || !columns.size) return [];
  return [...table.columns.keys()].filter((name) => !columns.get(name)?.has("update"));
}

function isSameInBoth({ catalog }: Project, table: Table, name: string): Formula {
  const key = qualify(table.schema, table.name);
  const [left, right] = [0, OTHER].map((row) => columnTerm(catalog, row, key, name, table.columns.get(name)));
  const equal: Formula = { kind: "compare", operator: "=", left: left!, right: right! };
  return or([equal, and([isNull(left!), isNull(right!)])]);
}

/** The commands for which the condition can hold for such a caller, the other policies being met too. */
export const openFor = (
  project: Project,
  judged: Judged,
  formula: Formula,
  who: Who | World,
): readonly RowCommand[] =>
  judged.commands.filter((command) => isOpenFor(project, judged, command, formula, who));

function isOpenFor(
  project: Project,
  { within, beside }: Judged,
  command: RowCommand,
  formula: Formula,
  who: Who | World,
): boolean {
  const world = typeof who === "string" ? worldOf(project, who) : who;
  const here = and([formula, within.get(command) ?? TRUE]);
  if (canBeTrue(here, world) !== "yes") return false;
  if (command !== "update" || beside.kind === "truth") return true;
  // Whoever reaches the row as a stranger may have rows of his own: the other one may be his.
  const both = and([here, beside]);
  if (canBeTrue(both, world) === "yes") return true;
  return who === "stranger" && canBeTrue(both, worldOf(project, "elsewhere")) === "yes";
}

export const scopeOf = (project: Project, table: Table): Scope | undefined =>
  project.tenancy.scopes.get(qualify(table.schema, table.name));

/** Rows meant for everybody, by something else than the policies that are to be judged. */
export const isLookup = (project: Project, table: Table): boolean => {
  const scope = scopeOf(project, table);
  return scope?.kind === "public" && scope.readers === undefined;
};

/** Rows that the tenancy says belong to somebody. */
export const isOwned = (project: Project, table: Table): boolean => {
  const kind = scopeOf(project, table)?.kind;
  return kind === "tenant" || kind === "user";
};

/** What a formula says of callers beyond the role they come in as, which everybody has. */
export const namesCaller = (project: Project, formula: Formula): boolean =>
  someTerm(
    formula,
    (term) => spokenBy(term).caller && typeof worldOf(project, "anonymous").know(term) !== "object",
  );

/**
 * Words by which rows are meant to be seen by everybody. `published` and `paid` are both flags that a policy asks for, and only
 * their names say whom they let in. A word that fits by chance keeps rules silent.
 */
const PUBLIC_WORDS =
  /public|publish|visib|shar(e|ed|ing)(_|\b)|privat|template|default|system|global|listed|featured|approved|availab|(on|for)_sale|discover|open|active|enabled|live|demo|sample|example/i;

/** Whether a condition says that rows are for everybody: `is_public`, `status = 'published'`, through a parent too. */
export function saysPublic(formula: Formula): boolean {
  let says = false;
  visit(formula, (part) => {
    // That there is a `share_token` says that whoever has it may see the row, and not who has.
    const asked = part.kind === "null" ? termsIn(part).filter((term) => !isSecret(term)) : termsIn(part);
    says ||= asked.some((term) => wordsOf(term).some((word) => PUBLIC_WORDS.test(word)));
    return !says;
  });
  return says;
}

const isSecret = (term: Term): boolean =>
  term.kind === "column" && /(token|secret|code|key|hash)$/i.test(term.column);

/** Whether a policy's name says that rows are for everybody. A word that is missed here is an alarm where none was meant, so any will do. */
export const saysAnyone = (name: string): boolean =>
  PUBLIC_WORDS.test(name) ||
  /any(one|body)|every(one|body|_user)|\ball\b|visitor|guest|world|_all_|browse|viewable/i.test(name);

function wordsOf(term: Term): readonly string[] {
  if (term.kind === "column") return [term.column];
  if (term.kind === "constant") return [term.value];
  return term.kind === "apply" ? [...term.args.flatMap(wordsOf), term.name] : [];
}

/** Where a part of a clause stands; the whole clause where the part stands in a helper. */
export const placeIn = ({ clause }: WrittenClause, at: Span | undefined): Place =>
  at ? { path: clause.place.path, span: at } : clause.place;
