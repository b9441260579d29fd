import type { Rows } from "./bind.ts";
import { type Ban, type Branch, type Demand, demand, F, N, T } from "./branch.ts";
import type { Formula, Ranged } from "./formula.ts";

/** Rows that one answer may invent. */
const ROWS = 10;

type Quantified = Extract<Formula, { kind: "exists" | "some" | "one" }>;

/** The branches that give a sub-select the outcomes: what it needs is there as new rows, and nothing that it must not find is. */
export function* waysOfRows(
  formula: Quantified,
  wanted: Demand,
  branch: Branch,
  own: string | undefined,
): Iterable<Branch> {
  const { outcomes } = wanted;
  const found = (match: number, from = branch) => meet(formula, wanted.rows, match, from);
  if (formula.kind === "one") {
    if (outcomes & T) yield* found(T);
    if (outcomes & F) yield* found(F);
    if (outcomes & N) {
      yield* found(N);
      yield* banned(formula, wanted.rows, 0, branch, own);
    }
    return;
  }
  if (outcomes & F) yield* banned(formula, wanted.rows, formula.kind === "some" ? F : 0, branch, own);
  if (outcomes & T) yield* found(T);
  if (outcomes & N && formula.kind === "some")
    for (const met of found(N)) yield* banned(formula, wanted.rows, F | N, met, own);
}

/** New rows that meet the sub-select. */
function* meet(formula: Quantified, rows: Rows, match: number, branch: Branch): Iterable<Branch> {
  if (branch.rows.length + formula.rows.length > ROWS) {
    yield { ...branch, easy: undefined, hard: undefined, doubt: true };
    return;
  }
  const inner = new Map(rows);
  const made = formula.rows.map(({ row, table }, i): Ranged => {
    inner.set(row, branch.nextRow + i);
    return { row: branch.nextRow + i, table };
  });
  let next: Branch = { ...branch, rows: [...branch.rows, ...made], nextRow: branch.nextRow + made.length };
  next = demand(next, { formula: formula.where, outcomes: T, rows: inner });
  next = demand(next, { formula: formula.match, outcomes: match, rows: inner });
  for (const ban of branch.bans) next = obey(next, ban, made);
  yield next;
}

/** No rows that meet the sub-select, but those that give `match` an allowed outcome. */
function* banned(
  formula: Quantified,
  rows: Rows,
  allowed: number,
  branch: Branch,
  own: string | undefined,
): Iterable<Branch> {
  const ban: Ban = { ranged: formula.rows, where: formula.where, match: formula.match, allowed, rows };
  const next = { ...branch, bans: [...branch.bans, ban] };
  // Rows of no known table may be the same ones that another sub-select gives.
  const open = formula.rows.some(({ table }) => table === undefined);
  if (own !== undefined && formula.rows.some(({ table }) => table === own)) {
    const rows = branch.rows.some(({ row }) => row === 0)
      ? branch.rows
      : [...branch.rows, { row: 0, table: own }];
    yield obey({ ...next, rows, doubt: branch.doubt || open }, ban, undefined);
    // A new row is none of the table's yet.
    yield obey({ ...next, doubt: true }, ban, undefined);
  } else yield obey({ ...next, doubt: branch.doubt || open }, ban, undefined);
}

/** The ban tried on every combination of rows, or on those with one of `fresh`. */
function obey(branch: Branch, ban: Ban, fresh: readonly Ranged[] | undefined): Branch {
  let next = branch;
  for (const combination of combinations(ban.ranged, branch.rows)) {
    if (fresh && !combination.some((row) => fresh.includes(row))) continue;
    const rows = new Map(ban.rows);
    for (const [i, { row }] of combination.entries()) rows.set(ban.ranged[i]!.row, row);
    next = demand(next, { formula: exempt(ban), outcomes: T, rows });
  }
  return next;
}

/** The sub-select does not meet these rows, or gives an allowed outcome for them. */
function exempt({ where, match, allowed }: Ban): Formula {
  const args: Formula[] = [{ kind: "not", arg: { kind: "is", arg: where, value: true } }];
  for (const [outcome, value] of [[T, true] as const, [F, false] as const, [N, null] as const])
    if (allowed & outcome) args.push({ kind: "is", arg: match, value });
  return args.length === 1 ? args[0]! : { kind: "or", args };
}

function combinations(ranged: readonly Ranged[], rows: readonly Ranged[]): readonly (readonly Ranged[])[] {
  return ranged.reduce<readonly (readonly Ranged[])[]>(
    (found, { table }) =>
      found.flatMap((list) => rows.filter((row) => row.table === table).map((row) => [...list, row])),
    [[]],
  );
}
