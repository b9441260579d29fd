import type { Table } from "../../catalog/catalog.ts";
import { unwrap } from "../../catalog/walk.ts";
import type { Expr } from "../../source/sql/expression.ts";
import type { Platform } from "../platform/platform.ts";
import { keyColumn, type Links } from "./links.ts";
import { keyStem, lastWord } from "./vocabulary.ts";

/**
 * Whether a policy that is there lets a caller to the row whose key is his id, and the table is called after people: its
 * rows are users. Of another table such a policy is a mistake.
 */
export const isCallersOwn = (table: Table, platform: Platform): boolean =>
  PEOPLE.test(lastWord(table.name)) && holdsCallers(table, platform);

/** Whether a policy that is there lets a caller to the row whose key is his id, whatever the table is called. */
export function holdsCallers(table: Table, { callerId }: Platform): boolean {
  const key = keyColumn(table);
  if (key === undefined || table.platform || !callerId.length) return false;
  return [...table.policies.values()].some(
    ({ permissive, refused, using }) =>
      permissive && !refused && using && conjuncts(using.expr).some((each) => compares(each, key, callerId)),
  );
}

/** `organizations.id = auth.uid()` is written as well, by mistake: the comparison alone shows no people. */
const PEOPLE = /^(user|profile|person|people|account|customer|member|client)$/;

const conjuncts = (expr: Expr): readonly Expr[] =>
  expr.kind === "and" ? expr.args.flatMap(conjuncts) : [expr];

function compares(expr: Expr, key: string, callerId: readonly string[]): boolean {
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return false;
  const sides = [unwrap(expr.left), unwrap(expr.right)];
  return (
    sides.some((side) => side.kind === "column" && side.path.at(-1) === key) &&
    sides.some((side) => side.kind === "call" && callerId.includes(side.name.join(".")))
  );
}

/** Whether other tables' `user_id` refers to it, and it is called after people: `app_profiles`. */
export function isCalledUser(links: Links, key: string, table: Table): boolean {
  if (!/^(user|profile|person|people)$/.test(lastWord(table.name))) return false;
  const column = keyColumn(table);
  return (links.to.get(key) ?? []).some(
    (link) => link.by !== "name" && link.toColumn === column && keyStem(link.column) === "user",
  );
}
