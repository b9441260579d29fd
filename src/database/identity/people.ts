import type { Project } from "../../project/project.ts";
import type { Membership } from "../../project/tenancy.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import { type Client, QueryError } from "../client.ts";
import { hasColumn, labelled, labelOf, quoteKey, TENANT_LABELS, USER_LABELS } from "./labels.ts";

/** Members looked at: enough to name people by. */
const MEMBERS = 200;

/** A user, in one tenant or without any. */
export interface Person {
  readonly id: string;
  readonly label: string;
  readonly email: string | null;
  readonly tenantKey?: string;
  readonly tenant?: string;
  readonly memberRole?: string;
  /** More that the API's token says about them: `app_metadata`, `user_metadata`. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** Members of tenants, one for each membership, then users without one; read as the login, whatever it may see. */
export async function findPeople(client: Client, project: Project): Promise<Person[]> {
  const { tenancy } = project;
  const membership = tenancy.memberships.find(({ tenantColumn, userColumn }) => tenantColumn && userColumn);
  const rows = [
    ...(membership ? await ask(client, memberQuery(project, membership)) : []),
    ...(tenancy.user ? await ask(client, userQuery(project, membership)) : []),
  ];
  const people = rows.map(personOf);
  const accounts = await findAccounts(client, project, people.length === 0);
  if (!people.length) return [...accounts].map(([id, account]) => ({ id, ...account }));
  return people.map((person) => {
    const account = accounts.get(person.id);
    return account ? { ...person, email: account.email ?? person.email, claims: account.claims } : person;
  });
}

async function ask(client: Client, sql: string) {
  try {
    return (await client.query(sql)).rows;
  } catch (error) {
    // A login that may not read them knows nobody by name.
    if (error instanceof QueryError && !error.lost) return [];
    throw error;
  }
}

const personOf = ([id, name, email, tenantKey, tenant, role]: readonly (string | null)[]): Person => ({
  id: id ?? "",
  label: labelOf(email?.split("@")[0] ?? name ?? id ?? ""),
  email: email ?? null,
  ...(tenantKey && { tenantKey, tenant: labelOf(tenant ?? tenantKey) }),
  ...(role && { memberRole: role }),
});

type Account = Required<Pick<Person, "label" | "email" | "claims">>;

/** What the platform's own accounts say of people, as its tokens would; all accounts where nobody else is known. */
async function findAccounts(
  client: Client,
  { platform }: Project,
  wanted: boolean,
): Promise<ReadonlyMap<string, Account>> {
  const { accounts } = platform;
  if (!accounts) return new Map();
  const claims = Object.entries(accounts.claims)
    .map(([claim, column]) => `'${claim}', a.${quoteIdentifier(column)}`)
    .join(", ");
  const rows = await ask(
    client,
    `select a.${quoteIdentifier(accounts.id)}::text, a.email::text, json_strip_nulls(json_build_object(${claims}))::text
     from ${quoteKey(accounts.table)} a order by 2, 1 limit ${wanted ? MEMBERS : MEMBERS * 5}`,
  );
  return new Map(
    rows.map(([id, email, text]) => [
      id!,
      { label: labelOf(email?.split("@")[0] ?? id!), email: email ?? null, claims: JSON.parse(text ?? "{}") },
    ]),
  );
}

function memberQuery(project: Project, membership: Membership): string {
  const { tenant, user } = project.tenancy;
  const role = membership.roleColumn ? `m.${quoteIdentifier(membership.roleColumn)}::text` : "null";
  const tenants = tenant ? labelled(project, tenant.table, TENANT_LABELS, "t") : undefined;
  const users = user ? labelled(project, user.table, USER_LABELS, "u") : undefined;
  const email = user && hasColumn(project, user.table, "email") ? "u.email::text" : "null";
  const member = `m.${quoteIdentifier(membership.userColumn)}`;
  const id = user && membership.userKey ? `u.${quoteIdentifier(user.column)}` : member;
  return `select ${id}::text, ${users?.label ?? "null"}, ${email},
    m.${quoteIdentifier(membership.tenantColumn)}::text, ${tenants?.label ?? "null"}, ${role}
    from ${quoteKey(membership.table)} m
    ${tenants ? `left join ${tenants.from} on t.${quoteIdentifier(tenant!.column)}::text = m.${quoteIdentifier(membership.tenantColumn)}::text` : ""}
    ${users ? `left join ${users.from} on u.${quoteIdentifier(membership.userKey ?? user!.column)}::text = ${member}::text` : ""}
    order by 5, 6, 3, 1 limit ${MEMBERS}`;
}

/** Users whom no membership names. */
function userQuery(project: Project, membership: Membership | undefined): string {
  const { table, column } = project.tenancy.user!;
  const { from, label } = labelled(project, table, USER_LABELS, "u");
  const email = hasColumn(project, table, "email") ? "u.email::text" : "null";
  const without = membership
    ? `where not exists (select from ${quoteKey(membership.table)} m where m.${quoteIdentifier(membership.userColumn)}::text = u.${quoteIdentifier(membership.userKey ?? column)}::text)`
    : "";
  return `select u.${quoteIdentifier(column)}::text, ${label}, ${email} from ${from} ${without} order by 3, 1 limit ${MEMBERS}`;
}
