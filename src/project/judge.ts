import { isBypass, mayDo, privilegesOf, rolesOf } from "../catalog/access.ts";
import { type Policy, type PolicyClause, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { type Arm, armsOf } from "../catalog/meaning/arms.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import { and, type Formula, spokenBy, TRUE, termsIn, visit } from "../catalog/meaning/formula.ts";
import type { Place, Span } from "../text/span.ts";
import { clientsOf } from "./audience.ts";
import { clausesOf, type WrittenClause } from "./clauses.ts";
import { checkOf, propositionOf, type Who, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { isConcealed } from "./reach.ts";
import { policiesFor, ROW_COMMANDS, type RowCommand } from "./row-access.ts";
import type { Scope } from "./tenancy.ts";

/** A clause of a permissive policy as one role meets it, beside the restrictive policies that hold for the same commands. */
export interface Judged {
  readonly written: WrittenClause;
  readonly role: string;
  /** Those that the clause decides and the role has the privilege for. */
  readonly commands: readonly RowCommand[];
  readonly formula: Formula;
  readonly arms: readonly Arm[];
  /** By command: what the restrictive policies demand. */
  readonly within: ReadonlyMap<RowCommand, Formula>;
}

/** Every clause of a permissive policy for every client role that it lets in. Empty for what no rule judges. */
export const judge = derived((project: Project, table: Table, policy: Policy): readonly Judged[] => {
  if (policy.refused || !policy.permissive || !table.rowSecurity) return [];
  if (isConcealed(project, table)) return [];
  const judged = rolesFor(project, policy).flatMap((role) =>
    clausesOf(policy).map((written) => judgeClause(project, table, policy, written, role)),
  );
  return judged.filter(({ commands }) => commands.length);
});

/** The client roles a policy is for; where the project names none, the roles it names that policies hold. */
function rolesFor(project: Project, policy: Policy): readonly string[] {
  const clients = clientsOf(project, policy);
  const named = clients.length || project.settings.clientRoles.length ? clients : policy.roles;
  return named.filter(
    (role) => !isBypass(project.catalog, role) && !project.platform.bypassRoles.includes(role),
  );
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
  const within = new Map(
    commands.map((command) => [command, restrictionOf(project, table, role, command, written.word)]),
  );
  return { written, role, commands, formula, arms: armsOf(formula), within };
}

/** USING stands in for a missing WITH CHECK. */
function decides(policy: Policy, { word, clause }: WrittenClause, command: RowCommand): boolean {
  if (word === "with check") return command === "insert" || command === "update";
  if (command === "insert") return policy.command === "all" && checkOf(command)(policy) === clause;
  return true;
}

const restrictionOf = derived(
  (project: Project, table: Table, role: string, command: RowCommand, word: WrittenClause["word"]): Formula =>
    and(
      policiesFor(table, rolesOf(project.catalog, role), command).flatMap((policy) => {
        if (policy.permissive) return [];
        const clause: PolicyClause | undefined =
          word === "using" && command !== "insert" ? policy.using : checkOf(command)(policy);
        return clause ? [propositionOf(project, table, clause, role).formula] : [];
      }),
    ),
);

/** The commands for which the condition can hold for such a caller, the restrictive policies being met too. */
export const openFor = (
  project: Project,
  { commands, within }: Judged,
  formula: Formula,
  who: Who,
): readonly RowCommand[] =>
  commands.filter(
    (command) => canBeTrue(and([formula, within.get(command) ?? TRUE]), worldOf(project, who)) === "yes",
  );

export const scopeOf = (project: Project, table: Table): Scope | undefined =>
  project.tenancy.scopes.get(qualify(table.schema, table.name));

/** Rows that the tenancy says belong to somebody. */
export const isOwned = (project: Project, table: Table): boolean => {
  const kind = scopeOf(project, table)?.kind;
  return kind === "tenant" || kind === "user";
};

/** What a formula says of callers beyond the role they come in as, which everybody has. */
export function namesCaller(project: Project, formula: Formula): boolean {
  let found = false;
  const look = (part: Formula): void =>
    visit(part, (each) => {
      for (const term of termsIn(each))
        if (spokenBy(term).caller && typeof worldOf(project, "anonymous").know(term) !== "object")
          found = true;
      return !found;
    });
  look(formula);
  return found;
}

/** Words by which rows are meant to be seen by everybody. */
const PUBLIC_WORDS =
  /public|publish|visib|shar(e|ed|ing)(_|\b)|privat|template|default|system|global|listed|featured|approved|discover|open|active|enabled|live|demo|sample|example/i;

/** Whether a condition says that rows are for everybody: `is_public`, `status = 'published'`, through a parent too. */
export function saysPublic(formula: Formula): boolean {
  let found = false;
  visit(formula, (part) => {
    for (const term of termsIn(part)) found ||= wordsOf(term).some((word) => PUBLIC_WORDS.test(word));
    return !found;
  });
  return found;
}

function wordsOf(term: ReturnType<typeof termsIn>[number]): readonly string[] {
  if (term.kind === "column") return [term.column];
  if (term.kind === "constant") return [term.value];
  return term.kind === "apply" ? [...term.args.flatMap(wordsOf), term.name] : [];
}

/** Where a part of a clause stands; the whole clause where the part stands in a helper. */
export const placeIn = ({ clause }: WrittenClause, at: Span | undefined): Place =>
  at ? { path: clause.place.path, span: at } : clause.place;
