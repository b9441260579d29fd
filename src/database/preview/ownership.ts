import type { Project } from "../../project/project.ts";
import type { Scope } from "../../project/tenancy.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import type { Client } from "../client.ts";
import { labelled, labelOf, quoteKey, TENANT_LABELS, USER_LABELS } from "../identity/labels.ts";
import type { Identity } from "../session/identity.ts";

/** Whose a row is: a tenant's, or for personal rows a user's. */
export interface Owner {
  readonly kind: "tenant" | "user";
  readonly key: string;
  /** As identities name them. */
  readonly name: string;
}

/**
 * Whose rows of a table are, by their addresses (`tableoid ctid`); nothing where the tenancy does not say. Asked as
 * whoever `client` stands for: what that one does not see stays without an owner.
 */
export async function findOwners(
  client: Client,
  project: Project,
  table: string,
  rows: readonly string[],
): Promise<ReadonlyMap<string, Owner>> {
  const scope = project.tenancy.scopes.get(table);
  const query = scope && ownerQuery(project, table, scope);
  if (!query || !rows.length) return new Map();
  const places = [...new Set(rows.map((address) => address.slice(address.indexOf(" ") + 1)))];
  const { rows: found } = await client.query(query.sql, [places]);
  return new Map(
    found.flatMap(([oid, place, key, label]) =>
      key == null
        ? []
        : [
            [
              `${oid} ${place}`,
              { kind: query.kind, key, name: labelOf((label ?? key).split("@")[0]!) },
            ] as const,
          ],
    ),
  );
}

/** Whether a row is somebody else's; never where it is not known what is the identity's own. */
export const isForeign = ({ kind, key }: Owner, { tenantKeys, userKey }: Identity): boolean =>
  tenantKeys !== undefined && (kind === "tenant" ? !tenantKeys.includes(key) : key !== userKey);

function ownerQuery(
  project: Project,
  table: string,
  scope: Scope,
): { readonly sql: string; readonly kind: Owner["kind"] } | undefined {
  if (scope.kind !== "tenant" && scope.kind !== "user") return undefined;
  // People see each other's names by design: the users themselves are nobody's.
  if (table === project.tenancy.user?.table) return undefined;
  const holder = scope.kind === "tenant" ? project.tenancy.tenant : project.tenancy.user;
  const reached = keyOf(scope, holder?.table);
  if (!reached) return undefined;
  const names =
    holder &&
    labelled(project, holder.table, scope.kind === "tenant" ? TENANT_LABELS : ["email", ...USER_LABELS], "o");
  const named = names
    ? `left join ${names.from} on o.${quoteIdentifier(holder.column)}::text = ${reached.key}::text`
    : "";
  return {
    kind: scope.kind,
    sql: `select s0.tableoid::text, s0.ctid::text, ${reached.key}::text, ${names?.label ?? "null"}
      from ${quoteKey(table)} s0 ${reached.joins} ${named} where s0.ctid = any ($1::text[]::tid[])`,
  };
}

/** The expression that is the owner's key, and the tables on the way to it. */
function keyOf(
  { path, column }: Scope,
  holder: string | undefined,
): { key: string; joins: string } | undefined {
  const last = path.at(-1);
  // The column that refers to the holder has its key already.
  const held = last !== undefined && last.to === holder;
  const steps = held ? path.slice(0, -1) : path;
  const joins = steps.map(
    (step, i) =>
      `left join ${quoteKey(step.to)} s${i + 1} on s${i + 1}.${quoteIdentifier(step.toColumn)} = s${i}.${quoteIdentifier(step.column)}`,
  );
  const name = held ? last.column : column;
  return name === undefined
    ? undefined
    : { key: `s${steps.length}.${quoteIdentifier(name)}`, joins: joins.join(" ") };
}
