import { mayDo, privilegesOf } from "../catalog/access.ts";
import type { Table, View } from "../catalog/catalog.ts";
import { ANYONE, canBeTrue } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import { FALSE, type Formula, TRUE } from "../catalog/meaning/formula.ts";
import { effectiveOf, worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { ownColumnOf } from "./tenant-column.ts";
import { type Writable, type Writing, writableOf } from "./view-writing.ts";

/** What a role does through a view that the table's policies do not let it. */
export type LeakKind =
  /** Changes or deletes rows of others that the view shows. */
  | "found"
  /** Writes rows that are another's. */
  | "given"
  /** Changes rows that the view does not show: INSERT ... ON CONFLICT DO UPDATE finds them by their key alone. */
  | "taken";

export interface ViewLeak {
  readonly table: Table;
  readonly role: string;
  readonly kind: LeakKind;
  readonly commands: readonly Writing[];
  /** The column that says whose a row is. */
  readonly own: string | undefined;
}

/** What each of the roles writes past policies through a view, the worst of it. */
export function writtenPast(project: Project, view: View, roles: readonly string[]): readonly ViewLeak[] {
  const writable = writableOf(project, view);
  if (!writable) return [];
  const own = ownColumnOf(project, writable.table);
  return roles.flatMap((role): ViewLeak[] => {
    const privileges = privilegesOf(project.catalog, view, role);
    const commands = writable.commands.filter(
      (each) => mayDo(privileges, each) && (each === "delete" || writable.columns.size > 0),
    );
    const past = leakOf(project, { ...writable, commands }, own, role);
    return past ? [{ table: writable.table, role, own, ...past }] : [];
  });
}

function leakOf(
  project: Project,
  writable: Writable,
  own: string | undefined,
  role: string,
): Pick<ViewLeak, "kind" | "commands"> | undefined {
  const { where, check, commands, columns } = writable;
  const isOwnWritten = own !== undefined && [...columns.values()].includes(own);
  const strange = worldOf(project, role === project.platform.anonymousRole ? "anonymous" : "stranger");
  const from = strange.stranger ? ANYONE : strange;
  const ofOthers = [strange, { ...from, apart: {} }];
  const another = own === undefined ? [] : [strange, { ...from, apart: { columns: new Set([own]) } }];
  const past = (command: Writing, of: "using" | "check", shown: Formula, worlds: readonly World[]) => {
    const policies = effectiveOf(project, writable.table, role, command)?.[of] ?? FALSE;
    return worlds.some((world) => isOpen(shown, world) && !isOpen(policies, world));
  };
  const found = commands.filter((each) => each !== "insert" && past(each, "using", where, ofOthers));
  if (found.length) return { kind: "found", commands: found };
  const given = commands.filter(
    (each) => each !== "delete" && isOwnWritten && past(each, "check", check, another),
  );
  if (given.length) return { kind: "given", commands: given };
  // What is found by its key may be made the caller's own, and passes the check as such.
  const isKept = isOwnWritten ? isOpen(check, from) : ofOthers.some((world) => isOpen(check, world));
  const isTaken = isUpserted(writable) && isKept && past("update", "using", TRUE, ofOthers);
  return isTaken ? { kind: "taken", commands: ["insert", "update"] } : undefined;
}

const isOpen = (formula: Formula, world: World): boolean => canBeTrue(formula, world) === "yes";

/** Whether an INSERT gets as far as its ON CONFLICT DO UPDATE: it names a key, and whatever must not be left out. */
function isUpserted({ table, commands, columns }: Writable): boolean {
  const written = new Set(columns.values());
  const left = [...table.columns.values()].filter(({ name }) => !written.has(name));
  const isStopped = left.some((column) => column.notNull && !column.default && !column.identity);
  return (
    commands.includes("insert") &&
    commands.includes("update") &&
    !isStopped &&
    keysOf(table).some((key) => key.every((name) => written.has(name)))
  );
}

/** The columns of each unique index over whole rows; ON CONFLICT takes no other. */
const keysOf = ({ indexes }: Table): readonly (readonly string[])[] =>
  indexes
    .filter(({ unique, where, keys }) => unique && !where && keys.every(({ column }) => column !== undefined))
    .map(({ keys }) => keys.map(({ column }) => column!));
