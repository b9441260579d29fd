import type { Catalog, Func } from "../../catalog/catalog.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import type { Drift } from "./drift.ts";

/**
 * Whoever owns most is who runs the migrations, and goes by another name on every server; what somebody else owns, that
 * one's policies do not hold for.
 */
export function ownerDrift(migrations: Catalog, database: Catalog, migrationRole: string): Drift[] {
  const made = ownersOf(migrations, migrationRole);
  const found = ownersOf(database, migrationRole);
  return [...made].flatMap(([key, ours]) => {
    const theirs = found.get(key);
    if (!theirs || theirs.to === ours.to) return [];
    const drift = ({ to, object, what }: Owned, where: Drift["where"]): Drift[] =>
      to === undefined ? [] : [{ object, where, statement: `alter ${what} owner to ${quoteIdentifier(to)}` }];
    return [...drift(ours, "migrations"), ...drift(theirs, "database")];
  });
}

interface Owned {
  readonly object: string;
  /** `table public.tasks`. */
  readonly what: string;
  /** undefined for who owns most. */
  readonly to: string | undefined;
}

function ownersOf(catalog: Catalog, migrationRole: string): ReadonlyMap<string, Owned> {
  const objects = [
    ...[...catalog.tables].map(([key, each]) => ({ object: key, what: `table ${key}`, each })),
    ...[...catalog.views].map(([key, each]) => ({ object: key, what: `view ${key}`, each })),
    ...[...catalog.functions].flatMap(([key, overloads]) =>
      overloads.map((each) => ({
        object: key.replace(".", ".functions."),
        what: `function ${key}(${typesOf(each).join(", ")})`,
        each,
      })),
    ),
  ].filter(({ each }) => !each.platform);
  const ownerOf = ({ owner = migrationRole }: { readonly owner?: string }) => owner;
  const main = mostFrequent(objects.map(({ each }) => ownerOf(each)));
  return new Map(
    objects.map(({ object, what, each }) => {
      const owner = ownerOf(each);
      return [what, { object, what, to: owner === main ? undefined : owner }];
    }),
  );
}

const typesOf = ({ args }: Func): string[] =>
  args
    .filter(({ mode }) => mode !== "out" && mode !== "table")
    .map(({ type }) => `${type.name}${type.array ? "[]" : ""}`);

function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
