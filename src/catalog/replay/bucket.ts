import type { Expr, Query } from "../../source/sql/expression.ts";
import type { InsertedValue, OtherStatement } from "../../source/sql/statement.ts";
import { type Bucket, qualify } from "../catalog.ts";
import { findRelation } from "./names.ts";
import { madeBy, type Step } from "./state.ts";

type Of<Kind extends OtherStatement["kind"]> = Extract<OtherStatement, { kind: Kind }>;

const isBuckets = (step: Step, { table }: { readonly table: Of<"insert">["table"] }): boolean =>
  step.options.buckets !== undefined && findRelation(step.state, table)?.key === step.options.buckets;

/** Rows of the table of buckets are buckets. */
export function insertBuckets(step: Step, statement: Of<"insert">): void {
  if (!isBuckets(step, statement)) return;
  const { tables } = step.state.shelves;
  const columns = statement.columns.length
    ? statement.columns
    : [...(tables.get(step.options.buckets!)?.columns.keys() ?? [])];
  const selected = statement.query ? rowsOfQuery(statement.query) : [];
  for (const row of [...statement.rows, ...selected]) {
    const value = (column: string) => row[columns.indexOf(column)];
    const id = textOf(value("id")) ?? textOf(value("name"));
    if (id !== undefined)
      putBucket(
        step,
        id,
        textOf(value("name")) ?? id,
        publicOf(value("public"), false),
        statement.onConflict,
      );
  }
}

/** `insert ... select 'avatars', 'avatars', true where not exists (...)`: the row is there afterwards either way. */
function rowsOfQuery(query: Query): (readonly InsertedValue[])[] {
  if (query.values) return query.values.map((row) => row.map(valueOfExpr));
  if (!query.from.length && query.targets.length) return [query.targets.map(({ expr }) => valueOfExpr(expr))];
  const [source] = query.from;
  const whole = query.targets.length === 1 && isStar(query.targets[0]!.expr);
  return whole && query.from.length === 1 && source?.kind === "query" ? rowsOfQuery(source.query) : [];
}

const isStar = (expr: Expr): boolean => expr.kind === "column" && expr.path.at(-1) === "*";

function valueOfExpr(expr: Expr): InsertedValue {
  if (expr.kind === "cast") return valueOfExpr(expr.arg);
  if (expr.kind !== "constant") return { unknown: true };
  if (expr.type === "boolean") return { value: expr.value === "true" };
  return { value: expr.type === "null" ? null : expr.value };
}

/** A bucket that exists stays, unless the insertion says to update it. */
function putBucket(
  step: Step,
  id: string,
  name: string,
  isPublic: boolean | undefined,
  onConflict: Of<"insert">["onConflict"],
): void {
  const before = step.state.shelves.buckets.get(id);
  if (before && onConflict !== "update") return;
  const buckets = step.state.write("buckets");
  if (before) buckets.set(id, { ...before, public: isPublic, changed: [...before.changed, step.place] });
  else buckets.set(id, { ...madeBy(step), id, name, public: isPublic });
}

const textOf = (value: InsertedValue | undefined): string | undefined =>
  value && "value" in value && value.value !== null ? String(value.value) : undefined;

/** A missing value is the column's default. */
function publicOf(value: InsertedValue | undefined, missing: boolean): boolean | undefined {
  if (!value) return missing;
  if (!("value" in value)) return undefined;
  return typeof value.value === "boolean" ? value.value : /^(t|true|y|yes|on|1)$/i.test(String(value.value));
}

export function updateBuckets(step: Step, statement: Of<"update">): void {
  const { public: value } = statement.set;
  if (!isBuckets(step, statement) || !value) return;
  const buckets = step.state.write("buckets");
  for (const bucket of matching(step, statement)) {
    const isPublic = statement.exact ? publicOf(value, false) : undefined;
    buckets.set(bucket.id, { ...bucket, public: isPublic, changed: [...bucket.changed, step.place] });
  }
}

export function deleteBuckets(step: Step, statement: Of<"delete">): void {
  if (!isBuckets(step, statement) || !statement.exact) return;
  const buckets = step.state.write("buckets");
  for (const { id } of matching(step, statement)) buckets.delete(id);
}

/** The buckets that the equalities of WHERE leave. */
function matching(step: Step, { where }: { readonly where: Readonly<Record<string, string>> }): Bucket[] {
  const conditions = Object.entries(where);
  return [...step.state.shelves.buckets.values()].filter((bucket) =>
    conditions.every(([column, value]) => {
      if (column === "id" || column === "name") return bucket[column] === value;
      return column !== "public" || String(bucket.public) === value;
    }),
  );
}

/** `select storage.create_bucket('avatars', ...)`, as older projects have it. */
export function callCreateBucket(step: Step, query: Query): void {
  const { buckets } = step.options;
  if (buckets === undefined) return;
  const creator = `${buckets.slice(0, buckets.lastIndexOf("."))}.create_bucket`;
  for (const { expr } of query.targets) {
    if (
      expr.kind !== "call" ||
      expr.name.length < 2 ||
      qualify(expr.name.at(-2)!, expr.name.at(-1)!) !== creator
    )
      continue;
    const [id, name] = expr.args.map((arg) =>
      arg.kind === "constant" && arg.type === "string" ? arg.value : undefined,
    );
    if (id !== undefined) putBucket(step, id, name ?? id, undefined, "nothing");
  }
}
