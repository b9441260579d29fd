import type { Identity } from "../database/session/identity.ts";
import { callerSettingsOf } from "../project/caller-settings.ts";
import type { Project } from "../project/project.ts";
import { type Maker, rolesOfPeople, valueFor } from "./values.ts";

/** Somebody in a world of two tenants. `index` tells people apart, and gives their keys. */
export interface Person {
  readonly index: number;
  readonly name: string;
  /** 0 or 1; undefined for who belongs to none. */
  readonly tenant: number | undefined;
  readonly role: string | undefined;
}

/** Everybody a policy must tell apart: each role in one tenant, somebody in another, and a user who belongs to none. */
export function peopleOf(project: Project): readonly Person[] {
  const { style } = project.tenancy;
  const roles = rolesOfPeople(project);
  const hasTenants = style.kind !== "personal" && style.kind !== "none";
  const members = [
    ...roles.map((role, i) => ({ name: nameOf(role, i, "the first tenant"), tenant: 0, role })),
    { name: nameOf(roles[0], 0, "the second tenant"), tenant: 1, role: roles[0] },
    { name: "a user without a tenant", tenant: undefined, role: undefined },
  ];
  return members.map((person, index) =>
    hasTenants
      ? { ...person, index }
      : { index, name: `user ${index + 1}`, tenant: undefined, role: undefined },
  );
}

const nameOf = (role: string | undefined, i: number, tenant: string): string =>
  `${role === undefined ? `member ${i + 1}` : `the ${role}`} of ${tenant}`;

/** Whose a person's rows are. */
export const makerOf = ({ index, tenant, role }: Person): Maker => ({ user: index, tenant, role });

/** How a person comes to the database. Undefined is a visitor who is not signed in. */
export function identityOf(project: Project, person: Person | undefined): Identity {
  const { platform, settings } = project;
  if (!platform.callerId.length) return settingIdentity(project, person);
  const role = person ? platform.signedInRole! : (platform.anonymousRole ?? settings.clientRoles[0]!);
  const claims = { role, ...(person && tokenOf(project, person)) };
  return {
    name: person?.name ?? "a visitor",
    role,
    settings: { "request.jwt.claims": JSON.stringify(claims) },
  };
}

function tokenOf(project: Project, person: Person): object {
  const { style } = project.tenancy;
  const token = { sub: valueFor(project, { user: person.index }), app_metadata: {} };
  if (style.kind !== "claim" || person.tenant === undefined) return token;
  put(token, style.claim!, valueFor(project, { tenant: person.tenant }));
  if (style.roleClaim && person.role !== undefined) put(token, style.roleClaim, person.role);
  return token;
}

function put(target: object, [first, ...rest]: readonly string[], value: string): void {
  const object = target as Record<string, unknown>;
  if (!rest.length) object[first!] = value;
  else {
    const inner = (object[first!] ?? {}) as object;
    object[first!] = inner;
    put(inner, rest, value);
  }
}

function settingIdentity(project: Project, person: Person | undefined): Identity {
  const { applicationRole, clientRoles } = project.settings;
  const names = callerSettingsOf(project);
  const tenant = person?.tenant;
  return {
    name: person?.name ?? "a transaction without a caller",
    role: applicationRole ?? clientRoles[0] ?? project.platform.migrationRole,
    settings: {
      [names.user]: person ? valueFor(project, { user: person.index }) : "",
      [names.tenant]: tenant === undefined ? "" : valueFor(project, { tenant }),
    },
  };
}
