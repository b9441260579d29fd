import { rolesOf } from "../catalog/access.ts";
import { type Policy, qualify, type Table } from "../catalog/catalog.ts";
import { armsOf } from "../catalog/meaning/arms.ts";
import { canBeTrue } from "../catalog/meaning/decide.ts";
import {
  and,
  type Formula,
  isRange,
  type Ranged,
  spokenIn,
  type Term,
  termsIn,
  visit,
} from "../catalog/meaning/formula.ts";
import { clauseFor, clientsOf } from "./audience.ts";
import { worldBeyond } from "./beyond.ts";
import { isOwned, saysPublic } from "./judge.ts";
import { propositionOf, worldOf } from "./meaning.ts";
import { neededClaims, needsPrivilege } from "./needed-claims.ts";
import type { Project } from "./project.ts";
import { policiesFor } from "./row-access.ts";
import { uniqueColumns } from "./tenancy/membership.ts";
import { stem, USER_NAMES } from "./tenancy/vocabulary.ts";
import { ofTopicAlone, readTopic, type TopicFormula } from "./topic-formula.ts";
import type { Channel } from "./topics.ts";
import { callersColumns, withoutAsks } from "./untied.ts";

/** What lets somebody into topics that he has nothing to do with: a row of his in a table, a claim, or being signed in. */
export interface OpenTopics {
  readonly by?: Table | string;
}

/** Whether a policy, with the restrictive ones beside it, lets clients into topics that nothing ties to them. */
export function openTopics(
  project: Project,
  messages: Table,
  policy: Policy,
  channels: readonly Channel[],
): OpenTopics | undefined {
  for (const role of clientsOf(project, policy))
    for (const command of ["select", "insert"] as const) {
      if (policy.command !== "all" && policy.command !== command) continue;
      const read = (each: Policy): Formula[] => {
        const clause = clauseFor(each, command);
        return clause ? [propositionOf(project, messages, clause, role).formula] : [];
      };
      const others = policiesFor(messages, rolesOf(project.catalog, role), command);
      const within = others.filter(({ permissive }) => !permissive).flatMap(read);
      for (const arm of read(policy).flatMap(armsOf)) {
        const open = openBy(project, messages, and([arm.formula, ...within]), channels);
        if (open) return open;
      }
    }
  return undefined;
}

function openBy(
  project: Project,
  messages: Table,
  written: Formula,
  channels: readonly Channel[],
): OpenTopics | undefined {
  const topic = readTopic(project, messages, written);
  const { formula, columns } = topic;
  if (canBeTrue(formula, worldOf(project, "stranger")) === "yes") return openToStrangers(project, topic);
  const beyond = worldBeyond(project);
  const apart = { ...beyond.apart, columns };
  const isOpen = (each: Formula) => canBeTrue(each, { ...beyond, apart }) === "yes";
  const asks = askedRows(project, formula, channels);
  const without = withoutAsks(formula, asks);
  if (!asks.size || !isOpen(formula) || isOpen(without)) return undefined;
  return saysPublic(ofTopicAlone(without, columns)) ? undefined : { by: [...asks.values()][0]! };
}

function openToStrangers(project: Project, { formula, columns }: TopicFormula): OpenTopics | undefined {
  if (saysPublic(ofTopicAlone(formula, columns)) || isOfPublicRows(project, formula)) return undefined;
  if (needsPrivilege(project, formula)) return undefined;
  const [claim] = neededClaims(project, formula);
  return claim === undefined ? {} : { by: claim };
}

/** The topic is that of a row that is anybody's to see. */
function isOfPublicRows(project: Project, formula: Formula): boolean {
  const isSomebodys = ({ table }: Ranged): boolean => {
    const ranged = project.catalog.tables.get(table ?? "");
    return ranged !== undefined && isOwned(project, ranged);
  };
  let found = false;
  visit(formula, (part) => {
    found ||= isRange(part) && spokenIn(part).row && !part.rows.some(isSomebodys);
    return !found;
  });
  return found;
}

/** The rows of which it takes any of the caller's: memberships, and what he may have several of. */
function askedRows(
  project: Project,
  formula: Formula,
  channels: readonly Channel[],
): ReadonlyMap<readonly Ranged[], Table> {
  const asks = new Map<readonly Ranged[], Table>();
  // As what someone belongs to a tenant may be what lets him into a channel that all tenants share.
  const anyRole = channels.some(({ pattern }) => pattern);
  visit(formula, (part) => {
    if (!isRange(part)) return part.kind !== "about";
    for (const { row, table } of part.rows) {
      const held = project.catalog.tables.get(table ?? "");
      const callers = callersColumns(part, row);
      if (held && callers.size && isAny(project, held, callers, asksMore(part, row), anyRole))
        asks.set(part.rows, held);
    }
    return true;
  });
  return asks;
}

function isAny(
  { tenancy }: Project,
  held: Table,
  callers: ReadonlySet<string>,
  asksMoreOfIt: boolean,
  anyRole: boolean,
): boolean {
  const key = qualify(held.schema, held.name);
  const isUser = tenancy.user?.table === key && USER_NAMES.includes(stem(held.name));
  if (!isUser && tenancy.memberships.some(({ table }) => table === key)) return anyRole || !asksMoreOfIt;
  if (asksMoreOfIt) return false;
  // A row that a column of its own says is the caller's alone says who he is; everybody has one of the users.
  return isUser || !uniqueColumns(held).some(([only, ...more]) => only && !more.length && callers.has(only));
}

/** Whether some value of the row is asked for besides whose it is and what it hangs on: `role = 'owner'`. */
function asksMore(part: Formula, row: number): boolean {
  const isOfRow = (term: Term) => term.kind === "column" && term.row === row;
  let found = false;
  visit(part, (each) => {
    const terms = each.kind === "null" ? [] : termsIn(each);
    found ||= terms.some(isOfRow) && terms.every((term) => term.kind === "constant" || isOfRow(term));
    return !found;
  });
  return found;
}
