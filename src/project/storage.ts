import type { Policy } from "../catalog/catalog.ts";
import { containsExpr, everyWay, unwrap, walkExpr } from "../catalog/walk.ts";
import type { Expr } from "../source/sql/expression.ts";
import { quoteLiteral } from "../text/quote.ts";
import type { Place, Span } from "../text/span.ts";
import { clientsOf } from "./audience.ts";
import { isOwnCall, isSignedInTest, mayNameCaller } from "./caller-parts.ts";
import { clausesOf, type WrittenClause } from "./clauses.ts";
import type { Project } from "./project.ts";
import type { Usage } from "./usage.ts";

export type StorageUse = Extract<Usage, { kind: "storage" }>;

/** A bucket that migrations, `supabase/config.toml` or code creates. */
export interface KnownBucket {
  readonly id: string;
  /** Undefined where it could not be known. */
  readonly public: boolean | undefined;
  readonly place: Place;
}

/** Buckets by id. */
export function bucketsOf(project: Project): ReadonlyMap<string, KnownBucket> {
  const found = new Map<string, KnownBucket>();
  for (const use of storageUses(project)) {
    if (use.method !== "createBucket" || !use.bucket) continue;
    const place = { path: use.path, span: use.span };
    found.set(use.bucket.value, { id: use.bucket.value, public: undefined, place });
  }
  for (const bucket of project.supabase?.buckets ?? []) {
    const place = { path: project.supabase!.path, span: bucket.span };
    found.set(bucket.name, { id: bucket.name, public: bucket.public, place });
  }
  for (const { id, public: isPublic, made } of project.catalog.buckets.values())
    found.set(id, { id, public: isPublic, place: placeOfId(project, id, made) });
  return found;
}

/** One statement may make several buckets: the first of its constants that is the bucket's id. */
function placeOfId(project: Project, id: string, made: Place): Place {
  const { path, span } = made;
  const constant = quoteLiteral(id);
  const at = project.text(path)?.slice(span.start, span.end).indexOf(constant) ?? -1;
  if (at < 0) return made;
  return { path, span: { start: span.start + at, end: span.start + at + constant.length } };
}

/** What code does with buckets; tests and generated code left out. */
export function* storageUses(project: Project): Iterable<StorageUse> {
  for (const usage of project.usages.get("storage") ?? [])
    if (usage.kind === "storage" && usage.role !== "test" && usage.role !== "generated") yield usage;
}

/** The policies of stored objects that clients meet, refused ones left out. */
export function storagePolicies(project: Project): readonly Policy[] {
  const objects = project.catalog.tables.get(project.platform.storageObjects ?? "");
  return [...(objects?.policies.values() ?? [])].filter(
    (policy) => !policy.refused && !policy.platform && clientsOf(project, policy).length > 0,
  );
}

/** A bucket's id as a policy writes it. */
export interface NamedBucket {
  readonly id: string;
  readonly in: WrittenClause;
  /** The constant with its quotes. */
  readonly span: Span;
}

/** The constants that a policy compares with `bucket_id`. */
export function bucketsNamedIn(policy: Policy): readonly NamedBucket[] {
  return clausesOf(policy).flatMap((written) => {
    const found: NamedBucket[] = [];
    walkExpr(written.clause.expr, (expr) => {
      for (const { value, span } of comparedWithBucket(expr)) found.push({ id: value, in: written, span });
    });
    return found;
  });
}

/** True where a policy speaks of the bucket by name, of buckets in a way that reading cannot follow, or of none at all. */
export function mayCoverBucket(policy: Policy, id: string): boolean {
  return clausesOf(policy).some(({ clause: { expr } }) => {
    if (!containsExpr(expr, isBucketColumn)) return true;
    let constants = 0;
    let mentions = 0;
    let named = false;
    walkExpr(expr, (part) => {
      const compared = comparedWithBucket(part);
      if (compared.length) constants++;
      if (isBucketColumn(part)) mentions++;
      named ||= compared.some(({ value }) => value === id);
    });
    return named || mentions > constants;
  });
}

/** True where every row that the condition admits was asked for its bucket. */
export const restrictsBucket = (expr: Expr): boolean =>
  everyWay(
    expr,
    (part, negated) => containsExpr(part, isBucketColumn) && (!negated || !comparedWithBucket(part).length),
  );

/** True where, the bucket aside, the condition holds for everybody who is signed in, whatever the object. */
export const isBroad = (project: Project, expr: Expr): boolean =>
  !everyWay(
    expr,
    (part, negated) => !comparedWithBucket(part).length && !isSignedInTest(project, part, negated),
  );

/**
 * True where the condition ties the object's path to the caller or to a constant, asks who owns the object, or asks for
 * a privilege that not every caller has.
 */
export const bindsPath = (
  project: Project,
  expr: Expr,
  owners: boolean,
  isEnough: (part: Expr) => boolean = () => true,
): boolean =>
  everyWay(
    expr,
    (part, negated) =>
      bindsOnePath(project, part, owners) && !isSignedInTest(project, part, negated) && isEnough(part),
  );

function bindsOnePath(project: Project, part: Expr, owners: boolean): boolean {
  const ofBucket = comparedWithBucket(part).length > 0;
  if (ofBucket) return false;
  if (!containsExpr(part, isOwnerColumn))
    return mayNameCaller(project, part) || isSubquery(part) || fixesPath(part);
  return owners || containsExpr(part, isPathColumn) || containsExpr(part, (each) => isOwnCall(project, each));
}

const isSubquery = (part: Expr): boolean =>
  containsExpr(part, (each) => each.kind === "subquery" && each.query.from.length > 0);

/** `(storage.foldername(name))[1] = 'public'`, `name like 'public/%'`: one folder for everybody. */
function fixesPath(part: Expr): boolean {
  if (part.kind !== "operator" || !part.left || !["=", "~~", "^@"].includes(part.name)) return false;
  const [path, value] = [unwrap(part.left), unwrap(part.right)];
  const isConstant = value.kind === "constant" && !value.value.startsWith("%");
  return isConstant && containsExpr(path, isPathColumn) && !containsExpr(path, isExtensionCall);
}

const isExtensionCall = (expr: Expr): boolean => expr.kind === "call" && expr.name.at(-1) === "extension";

const isColumn = (expr: Expr, names: readonly string[]): boolean =>
  expr.kind === "column" && names.includes(expr.path.at(-1)!);

const isBucketColumn = (expr: Expr): boolean => isColumn(expr, ["bucket_id"]);

/** True where the condition speaks of the object's path. */
export const isPathColumn = (expr: Expr): boolean => isColumn(expr, ["name", "path_tokens"]);

const isOwnerColumn = (expr: Expr): boolean => isColumn(expr, ["owner", "owner_id"]);

/** `bucket_id = 'x'`, `bucket_id in ('x', 'y')`, `bucket_id = any (array['x', 'y'])`: the constants. */
function comparedWithBucket(expr: Expr): { value: string; span: Span }[] {
  if (expr.kind === "in") return isBucketColumn(unwrap(expr.left)) ? constantsOf(expr.list) : [];
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return [];
  const [left, right] = [unwrap(expr.left), unwrap(expr.right)];
  if (isBucketColumn(right)) return constantsOf([left]);
  if (!isBucketColumn(left)) return [];
  return constantsOf(right.kind === "array" ? right.args : [right]);
}

function constantsOf(exprs: readonly Expr[]): { value: string; span: Span }[] {
  const constants = exprs.map(unwrap).filter((expr) => expr.kind === "constant" && expr.type === "string");
  return constants.length === exprs.length ? (constants as { value: string; span: Span }[]) : [];
}
