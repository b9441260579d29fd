import type { Column, PolicyClause, Table } from "../catalog/catalog.ts";
import { remember } from "../catalog/remember.ts";
import { visitExpr } from "../source/sql/walk.ts";
import { type Wording, wordingOf } from "./wording.ts";

/** A clause that stands for all of its wording about rows whose columns it cannot tell apart. */
export interface Sample {
  /** With the columns that are named, and nothing else. */
  readonly table: Table;
  readonly clause: PolicyClause;
}

const samples = new WeakMap<Wording, Map<string, Sample>>();

/** Undefined for a clause that names more than columns of its own row, which only its own table can say the meaning of. */
export function sampleOf(table: Table, clause: PolicyClause): Sample | undefined {
  const wording = wordingOf(clause);
  const columns = columnsNamed(wording)?.map((name) => table.columns.get(name));
  if (!columns?.every((column) => column !== undefined)) return undefined;
  const known = remember(samples, wording, () => new Map<string, Sample>());
  const key = `${table.platform}\n${columns.map(kindOf).join("\n")}\n${clause.searchPath.join("\0")}`;
  return remember(known, key, () => ({ table: withOnly(table, columns), clause }));
}

const kindOf = ({ type, notNull, primaryKey }: Column): string =>
  `${type.kind} ${type.array} ${notNull || primaryKey} ${type.base ?? ""} ${type.name}`;

const withOnly = (table: Table, columns: readonly Column[]): Table => ({
  ...table,
  columns: new Map(columns.map((column) => [column.name, column])),
  policies: new Map(),
  constraints: [],
  indexes: [],
  triggers: [],
  grants: [],
});

const named = new WeakMap<Wording, { readonly columns: readonly string[] | undefined }>();

/** The columns of the row that a wording names, where nothing else in it can have columns. */
function columnsNamed(wording: Wording): readonly string[] | undefined {
  return remember(named, wording, () => ({ columns: findColumns(wording) })).columns;
}

function findColumns({ expr }: Wording): readonly string[] | undefined {
  const columns = new Set<string>();
  let more = false;
  visitExpr(expr, {
    from: () => {
      more = true;
    },
    expr: (part) => {
      if (part.kind !== "column") return;
      if (part.path.length > 1 || part.path[0] === "*") more = true;
      else columns.add(part.path[0]!);
    },
  });
  return more ? undefined : [...columns];
}
