import type { Project } from "../project/project.ts";
import type { Membership } from "../project/tenancy.ts";
import { visitExpr } from "../source/sql/walk.ts";
import { findAlike } from "../text/near.ts";
import { quoteIdentifier } from "../text/quote.ts";
import type { Client } from "./client.ts";
import type { Identity } from "./session/identity.ts";

/** Members looked at: enough to name people by. */
const MEMBERS = 200;

/**
 * Everybody a preview can be made as: the anonymous visitor, the members of tenants that the data holds, signed-in
 * users without one, and the service. Read as the connection's login, whatever it may see.
 */
export async function findIdentities(client: Client, project: Project): Promise<readonly Identity[]> {
  const people = await findPeople(client, project);
  return [...anonymous(project), ...people, ...service(project)];
}

/** The identities that names stand for, in their order; a sentence for the first that nobody has. */
export function chooseIdentities(
  names: readonly string[],
  known: readonly Identity[],
): readonly Identity[] | { readonly problem: string } {
  const chosen: Identity[] = [];
  for (const name of names) {
    const identity = findNamed(name.trim(), known);
    if (!identity) return { problem: unknownIdentity(name, known) };
    chosen.push(identity);
  }
  return chosen;
}

function findNamed(name: string, known: readonly Identity[]): Identity | undefined {
  const same = (other: string) => other.toLowerCase() === name.toLowerCase();
  const exact = known.find((each) => same(each.name));
  if (exact) return exact;
  const [, role, tenant] = /^(.+) of (.+)$/.exec(name) ?? [];
  if (role && tenant) {
    const member = known.find(
      (each) =>
        each.memberRole?.toLowerCase() === role.toLowerCase() &&
        each.tenant?.toLowerCase() === tenant.toLowerCase(),
    );
    return member && { ...member, name };
  }
  return known.find((each) => same(each.name.split("@")[0]!));
}

function unknownIdentity(name: string, known: readonly Identity[]): string {
  const names = known.map((each) => each.name);
  const near = findAlike(name, names);
  const some = names.slice(0, 8).join(", ");
  return `Nobody is called "${name}"${near ? `; did you mean "${near}"?` : "."} ${some ? `There are ${some}.` : "The data holds no members."}`;
}

function anonymous({ platform, settings }: Project): Identity[] {
  const role = platform.anonymousRole ?? settings.applicationRole ?? settings.clientRoles[0];
  if (role === undefined) return [];
  return [{ name: "anon", role, settings: claims(platform.clientsUseApi, { role }) }];
}

function service({ platform }: Project): Identity[] {
  const [role] = platform.bypassRoles;
  if (role === undefined || !platform.clientsUseApi) return [];
  return [{ name: "service", role, settings: claims(true, { role }) }];
}

/** As an API hands a token's claims to PostgreSQL. */
const claims = (api: boolean, given: object): Record<string, string> =>
  api ? { "request.jwt.claims": JSON.stringify(given) } : {};

interface Person {
  readonly id: string;
  readonly label: string;
  readonly email: string | null;
  readonly tenantId?: string;
  readonly tenant?: string;
  readonly memberRole?: string;
}

async function findPeople(client: Client, project: Project): Promise<Identity[]> {
  const { tenancy } = project;
  const membership = tenancy.memberships.find(({ tenantColumn, userColumn }) => tenantColumn && userColumn);
  const people = [
    ...(membership ? await ask(client, memberQuery(project, membership)) : []),
    ...(tenancy.user ? await ask(client, userQuery(project, membership)) : []),
  ];
  const names = settingsUsed(project);
  const taken = new Set<string>();
  return people.flatMap((row) => {
    const person = personOf(row);
    const base = person.tenant === undefined ? person.label : `${person.label}@${person.tenant}`;
    const name = taken.has(base) ? `${base} (${person.id})` : base;
    if (taken.has(name)) return [];
    taken.add(name);
    return [identityOf(person, name, project, names)];
  });
}

async function ask(client: Client, sql: string) {
  try {
    return (await client.query(sql)).rows;
  } catch {
    // A login that may not read them knows nobody by name.
    return [];
  }
}

const personOf = ([id, name, email, tenantId, tenant, role]: readonly (string | null)[]): Person => ({
  id: id ?? "",
  label: labelOf(email?.split("@")[0] ?? name ?? id ?? ""),
  email: email ?? null,
  ...(tenantId && { tenantId, tenant: labelOf(tenant ?? tenantId) }),
  ...(role && { memberRole: role }),
});

const labelOf = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, "-");

function identityOf(
  person: Person,
  name: string,
  { platform, settings }: Project,
  used: readonly string[],
): Identity {
  const role = platform.signedInRole ?? settings.applicationRole ?? settings.clientRoles[0];
  const token = {
    sub: person.id,
    role,
    aud: role,
    ...(person.email && { email: person.email }),
  };
  const own = used.flatMap((setting) => {
    const value = valueFor(setting, person);
    return value === undefined ? [] : [[setting, value]];
  });
  return {
    name,
    ...(role !== undefined && { role }),
    settings: { ...claims(platform.clientsUseApi, token), ...Object.fromEntries(own) },
    ...(person.tenant !== undefined && { tenant: person.tenant }),
    ...(person.memberRole !== undefined && { memberRole: person.memberRole }),
  };
}

/** What a setting that policies read would hold for a person, by its name. */
function valueFor(setting: string, person: Person): string | undefined {
  const name = setting.slice(setting.indexOf(".") + 1).toLowerCase();
  if (/role/.test(name)) return person.memberRole;
  if (/user|uid|sub\b|account_id|member/.test(name)) return person.id;
  if (/email/.test(name)) return person.email ?? undefined;
  return /tenant|org|team|workspace|company|account|customer/.test(name) ? person.tenantId : undefined;
}

/** Settings that policies and functions read, the API's own aside. */
function settingsUsed({ catalog }: Project): string[] {
  const found = new Set<string>();
  const look = (expr: Parameters<typeof visitExpr>[0]) =>
    visitExpr(expr, {
      expr: (each) => {
        if (each.kind !== "call" || each.name.at(-1) !== "current_setting") return;
        const [first] = each.args;
        if (first?.kind === "constant" && !first.value.startsWith("request.")) found.add(first.value);
      },
    });
  for (const table of catalog.tables.values())
    for (const { using, check } of table.policies.values())
      for (const clause of [using, check]) if (clause) look(clause.expr);
  for (const overloads of catalog.functions.values())
    for (const { body } of overloads) {
      for (const expr of body.expressions) look(expr);
      if (body.result) look(body.result);
    }
  return [...found].filter((name) => name.includes("."));
}

function memberQuery(project: Project, membership: Membership): string {
  const { tenant, user } = project.tenancy;
  const role = membership.roleColumn ? `m.${quoteIdentifier(membership.roleColumn)}::text` : "null";
  const tenants = tenant ? labelled(project, tenant.table, TENANT_LABELS, "t") : undefined;
  const users = user ? labelled(project, user.table, USER_LABELS, "u") : undefined;
  const email = user && hasColumn(project, user.table, "email") ? "u.email::text" : "null";
  return `select m.${quoteIdentifier(membership.userColumn)}::text, ${users?.label ?? "null"}, ${email},
    m.${quoteIdentifier(membership.tenantColumn)}::text, ${tenants?.label ?? "null"}, ${role}
    from ${quoteKey(membership.table)} m
    ${tenants ? `left join ${tenants.from} on t.${quoteIdentifier(tenant!.column)}::text = m.${quoteIdentifier(membership.tenantColumn)}::text` : ""}
    ${users ? `left join ${users.from} on u.${quoteIdentifier(user!.column)}::text = m.${quoteIdentifier(membership.userColumn)}::text` : ""}
    order by 5, 6, 3, 1 limit ${MEMBERS}`;
}

/** Users whom no membership names. */
function userQuery(project: Project, membership: Membership | undefined): string {
  const { table, column } = project.tenancy.user!;
  const { from, label } = labelled(project, table, USER_LABELS, "u");
  const email = hasColumn(project, table, "email") ? "u.email::text" : "null";
  const without = membership
    ? `where not exists (select from ${quoteKey(membership.table)} m where m.${quoteIdentifier(membership.userColumn)}::text = u.${quoteIdentifier(column)}::text)`
    : "";
  return `select u.${quoteIdentifier(column)}::text, ${label}, ${email} from ${from} ${without} order by 3, 1 limit ${MEMBERS}`;
}

const TENANT_LABELS = ["slug", "name", "title", "subdomain"];
const USER_LABELS = ["username", "handle", "name", "full_name", "fullName", "display_name", "email"];

function labelled(project: Project, table: string, candidates: readonly string[], alias: string) {
  const column = candidates.find((name) => hasColumn(project, table, name));
  return {
    from: `${quoteKey(table)} ${alias}`,
    label: column ? `${alias}.${quoteIdentifier(column)}::text` : "null",
  };
}

const hasColumn = ({ catalog }: Project, table: string, column: string): boolean =>
  catalog.tables.get(table)?.columns.has(column) ?? false;

const quoteKey = (key: string): string => {
  const dot = key.indexOf(".");
  return `${quoteIdentifier(key.slice(0, dot))}.${quoteIdentifier(key.slice(dot + 1))}`;
};
