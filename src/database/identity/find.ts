import { settingsUsed } from "../../project/caller-settings.ts";
import type { ConfiguredIdentity, Project } from "../../project/project.ts";
import type { Client } from "../client.ts";
import type { Identity } from "../session/identity.ts";
import { findPeople, type Person } from "./people.ts";
import { namesTenant, settingsFor } from "./settings.ts";

/**
 * Everybody a preview can be made as: those of the configuration, the anonymous visitor, the members of tenants that
 * the data holds, signed-in users without one, and the service.
 */
export async function findIdentities(client: Client, project: Project): Promise<readonly Identity[]> {
  const ground: Ground = { project, role: memberRole(project, client), settings: settingsUsed(project) };
  const people = await findPeople(client, project);
  const found = [...anonymous(ground), ...members(ground, people), ...signedIn(ground), ...service(ground)];
  const own = Object.entries(project.settings.identities ?? {}).map(([name, written]) =>
    custom(ground, name, written, people),
  );
  const named = new Set(own.map(({ name }) => name));
  return [...found.filter(({ name }) => !named.has(name)), ...own];
}

interface Ground {
  readonly project: Project;
  /** What signed-in people come in as. */
  readonly role: string | undefined;
  /** Settings that policies read. */
  readonly settings: readonly string[];
}

/** Reads every table and owns none: what stands for an application whose role nobody named. */
const ANY_READER = "pg_read_all_data";

/** The role people come in as. A live login is the application's own; the embedded one would bypass policies. */
function memberRole({ platform, settings, catalog }: Project, { kind }: Client): string | undefined {
  const configured =
    platform.signedInRole ?? settings.applicationRole ?? settings.clientRoles[1] ?? settings.clientRoles[0];
  if (configured !== undefined) return configured;
  const named = new Map<string, number>();
  for (const table of catalog.tables.values())
    for (const policy of table.policies.values())
      for (const role of policy.roles)
        if (role !== "public" && !platform.bypassRoles.includes(role))
          named.set(role, (named.get(role) ?? 0) + 1);
  const [most] = [...named].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? (kind === "embedded" ? ANY_READER : undefined);
}

const roleOf = (role: string | undefined) => (role === undefined ? {} : { role });

function anonymous({ project: { platform, settings }, role }: Ground): Identity[] {
  const own = platform.anonymousRole ?? settings.applicationRole ?? settings.clientRoles[0] ?? role;
  const token = { role: own };
  return [
    {
      name: "anon",
      kind: "anonymous",
      ...roleOf(own),
      settings: claims(platform.clientsUseApi, token),
      tenantKeys: [],
    },
  ];
}

function service({ project: { platform } }: Ground): Identity[] {
  const [role] = platform.bypassRoles;
  if (role === undefined || !platform.clientsUseApi) return [];
  return [{ name: "service", kind: "service", role, settings: claims(true, { role }) }];
}

/** Somebody who signed in and belongs to nobody: what anyone who registers may see. */
function signedIn({ project: { platform }, role, settings }: Ground): Identity[] {
  if (!platform.clientsUseApi) return [];
  const person = { id: NOBODY, email: "nobody@example.com" };
  return [
    {
      name: "signed-in",
      kind: "signed-in",
      ...roleOf(role),
      settings: { ...claims(true, tokenOf(person, role)), ...settingsFor(settings, person) },
      tenantKeys: [],
      userKey: NOBODY,
    },
  ];
}

/** An id that no user has: made by chance it would differ between two previews of the same. */
const NOBODY = "00000000-0000-4000-8000-00000000aaaa";

/** As an API hands a token's claims to PostgreSQL. */
const claims = (api: boolean, given: object): Record<string, string> =>
  api ? { "request.jwt.claims": JSON.stringify(given) } : {};

const tokenOf = (
  { id, email, claims: more }: Pick<Person, "id" | "email" | "claims">,
  role: string | undefined,
) => ({
  ...more,
  sub: id,
  role,
  aud: role,
  ...(email && { email }),
});

function members(ground: Ground, people: readonly Person[]): Identity[] {
  const taken = new Set<string>();
  return people.flatMap((person) => {
    const base = person.tenant === undefined ? person.label : `${person.label}@${person.tenant}`;
    const name = taken.has(base) ? `${base} (${person.id})` : base;
    if (taken.has(name)) return [];
    taken.add(name);
    return [memberOf(ground, person, name, people)];
  });
}

function memberOf(
  { project: { platform }, role, settings }: Ground,
  person: Person,
  name: string,
  people: readonly Person[],
): Identity {
  const actsInOne = settings.some(namesTenant);
  const own = actsInOne ? [person] : people.filter(({ id }) => id === person.id);
  return {
    name,
    kind: person.tenant === undefined ? "user" : "member",
    ...roleOf(role),
    settings: { ...claims(platform.clientsUseApi, tokenOf(person, role)), ...settingsFor(settings, person) },
    ...(person.tenant !== undefined && { tenant: person.tenant }),
    ...(person.memberRole !== undefined && { memberRole: person.memberRole }),
    tenantKeys: own.flatMap(({ tenantKey }) => tenantKey ?? []),
    userKey: person.id,
  };
}

/** One that the configuration describes: a role, claims of a token, settings; a tenant by its name. */
function custom(
  { project: { platform }, role }: Ground,
  name: string,
  { role: own = role, claims: given, settings = {}, tenant }: ConfiguredIdentity,
  people: readonly Person[],
): Identity {
  const keys = people.flatMap((each) =>
    each.tenantKey && each.tenant === tenant?.toLowerCase() ? each.tenantKey : [],
  );
  const user = typeof given?.sub === "string" ? given.sub : undefined;
  return {
    name,
    kind: "custom",
    ...roleOf(own),
    settings: {
      ...(given || platform.clientsUseApi ? claims(true, { role: own, aud: own, ...given }) : {}),
      ...settings,
    },
    ...(tenant !== undefined && { tenant, tenantKeys: [...new Set(keys)] }),
    ...(user !== undefined && { userKey: user }),
  };
}
