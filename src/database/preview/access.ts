import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import { type Client, QueryError } from "../client.ts";
import { sessionSql } from "../sql.generated.ts";
import type { TableAccess } from "./result.ts";

/** Why the session's role reads rows of a table, with what each of its policies asks. */
export interface Access {
  readonly schema: string;
  readonly name: string;
  readonly by: TableAccess["by"];
  /** Permissive ones. */
  readonly policies: readonly { readonly name: string; readonly using: string }[];
  readonly restrictive: readonly string[];
}

export interface RelationName {
  readonly schema?: string;
  readonly name: string;
  /** What is done there; it is read where absent. */
  readonly command?: Exclude<TableAccess["command"], "select">;
}

const LETTERS = { select: "r", insert: "a", update: "w", delete: "d" } as const;

/** What decides which rows of tables the session's role reads or writes, in the order of `relations`; undefined for what is no table. */
export async function readAccess(
  session: Client,
  relations: readonly RelationName[],
): Promise<readonly (Access | undefined)[]> {
  const found: (Access | undefined)[] = relations.map(() => undefined);
  if (!relations.length) return found;
  const names = relations.map(({ schema, name }) =>
    schema ? quoteQualified(schema, name) : quoteIdentifier(name),
  );
  const commands = relations.map(({ command }) => LETTERS[command ?? "select"]);
  const { rows } = await session.query(sessionSql.access, [names, commands]);
  for (const [place, schema, name, by, policies, restrictive] of rows)
    found[Number(place) - 1] = {
      schema: schema!,
      name: name!,
      by: by as TableAccess["by"],
      policies: (JSON.parse(policies ?? "[]") as [string, string][]).map(([policy, using]) => ({
        name: policy,
        using,
      })),
      restrictive: JSON.parse(restrictive ?? "[]"),
    };
  return found;
}

/**
 * Asks each permissive policy of a table on its own which of some rows it lets through; by address (`tableoid ctid`),
 * names of policies. Asked as who sees the rows, so that what a policy reads is read under that one's policies too.
 */
export async function askPolicies(
  session: Client,
  { schema, name, policies }: Access,
  addresses: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (!policies.length || !addresses.length) return new Map();
  const places = [...new Set(addresses.map((address) => address.slice(address.indexOf(" ") + 1)))];
  const table = quoteIdentifier(name);
  const asked = policies.map(({ using }) => `(${using}) is true`).join(", ");
  const { rows } = await session.query(
    `select ${table}.tableoid::text, ${table}.ctid::text, ${asked} from ${quoteQualified(schema, name)} where ${table}.ctid = any ($1::text[]::tid[])`,
    [places],
  );
  return new Map(
    rows.map(([oid, place, ...verdicts]) => [
      `${oid} ${place}`,
      policies.filter((_, i) => verdicts[i] === "t").map((policy) => policy.name),
    ]),
  );
}

/** What a query gives, or undefined where PostgreSQL refuses it: the session goes on. */
export async function tryOut<T>(session: Client, work: () => Promise<T>): Promise<T | undefined> {
  await session.query("savepoint rowguard_try");
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryError) || error.lost) throw error;
    await session.query("rollback to savepoint rowguard_try");
    return undefined;
  }
}
