import type { Catalog, Table } from "../../catalog/catalog.ts";
import { equals } from "../../catalog/reconcile.ts";
import type { PrismaField } from "../../source/prisma/schema.ts";
import { findDeclarations } from "../access/declared.ts";
import type { Platform } from "../platform/platform.ts";
import type { Model, ProjectSettings } from "../project.ts";
import type { Tenancy } from "../tenancy.ts";
import { askedBy, textOfAsked } from "./asked.ts";
import { isCallersOwn } from "./callers.ts";
import { withIdentity } from "./identity.ts";
import { findLinks } from "./links.ts";
import { readersOf } from "./readers.ts";
import { findScopes } from "./scopes.ts";
import { findStyle } from "./style.ts";
import { findTenants } from "./tenant.ts";
import { findUsers } from "./user.ts";

/**
 * Infers whose rows every table holds: which table's rows are tenants and which users, who belongs to which tenant,
 * and by which columns every other table reaches them. Deterministic and linear; "unknown" where it cannot tell. What
 * the configuration says stands above all of it. While tables keep their columns and keys, and models their fields and
 * relations, the answer is the same object.
 */
export function inferTenancy(
  catalog: Catalog,
  models: ReadonlyMap<string, Model>,
  settings: ProjectSettings,
  platform: Platform,
): Tenancy {
  const before = lastOf.get(settings);
  const same =
    before?.platform === platform &&
    hasSameShape(before, catalog, platform) &&
    asksTheSame(before, catalog) &&
    haveSameShape(before.models, models);
  const inferred = same ? before : infer(catalog, models, settings, platform);
  const { tenancy, asked } = inferred;
  lastOf.set(settings, { catalog, models, platform, tenancy, asked });
  return tenancy;
}

/** The last answer for a project's settings: most edits change what hardly has a say in it. */
const lastOf = new WeakMap<ProjectSettings, Last>();

interface Last {
  readonly catalog: Catalog;
  readonly models: ReadonlyMap<string, Model>;
  readonly platform: Platform;
  readonly tenancy: Tenancy;
  readonly asked: ReadonlyMap<string, string>;
}

function infer(
  catalog: Catalog,
  models: ReadonlyMap<string, Model>,
  settings: ProjectSettings,
  platform: Platform,
): Pick<Last, "tenancy" | "asked"> {
  const links = findLinks(catalog, models);
  const users = findUsers(catalog, links, settings, platform);
  const tenants = findTenants(catalog, links, users, settings, platform);
  const declarations = findDeclarations(catalog, models, settings);
  const scopes = findScopes({ catalog, links, users, tenants, settings, platform, declarations });
  const user = users.role && withIdentity(catalog, platform, users.role);
  const tenancy: Tenancy = {
    ...(tenants.role && { tenant: tenants.role }),
    ...(user && { user }),
    memberships: tenants.memberships,
    unsure: tenants.unsure,
    scopes,
    candidates: tenants.candidates,
    style: findStyle({ catalog, settings, platform, tenants, user, scopes }),
    declarations,
  };
  return { tenancy, asked: tenants.asked };
}

/** Whether two catalogs have the same tables as far as tenancy looks at them. */
function hasSameShape({ catalog: a, tenancy }: Last, b: Catalog, platform: Platform): boolean {
  if (a.tables === b.tables && a.types === b.types) return true;
  if (a.types !== b.types || a.tables.size !== b.tables.size) return false;
  const others = b.tables.entries();
  for (const [key, table] of a.tables) {
    const [otherKey, other] = others.next().value!;
    if (key !== otherKey) return false;
    if (table !== other && !isAlike(table, other, platform, isSomebodys(tenancy, key))) return false;
  }
  return true;
}

/** Whether the policies that had a say still ask the same. */
function asksTheSame({ asked, catalog: before, platform }: Last, catalog: Catalog): boolean {
  if (before.tables === catalog.tables && before.functions === catalog.functions) return true;
  for (const [key, text] of asked)
    if (textOfAsked(askedBy({ catalog, platform }, catalog.tables.get(key)!)) !== text) return false;
  return true;
}

/** Whose rows are known by columns and keys: whom policies let read them has no say in it. */
function isSomebodys({ scopes }: Tenancy, key: string): boolean {
  const kind = scopes.get(key)?.kind;
  return kind === "tenant" || kind === "user";
}

const isAlike = (a: Table, b: Table, platform: Platform, somebodys: boolean): boolean =>
  a.columns === b.columns &&
  a.constraints === b.constraints &&
  a.indexes === b.indexes &&
  a.comment === b.comment &&
  a.partitionOf === b.partitionOf &&
  ((a.policies === b.policies && a.rowSecurity === b.rowSecurity) ||
    (isCallersOwn(a, platform) === isCallersOwn(b, platform) &&
      (somebodys || readersOf(a, platform) === readersOf(b, platform))));

/** Whether two schemas have the same models as far as tenancy looks at them: relations, and words above them. */
function haveSameShape(a: ReadonlyMap<string, Model>, b: ReadonlyMap<string, Model>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  const others = b.entries();
  for (const [name, model] of a) {
    const [otherName, other] = others.next().value!;
    if (name !== otherName || (model !== other && !isModelAlike(model, other))) return false;
  }
  return true;
}

const isModelAlike = (a: Model, b: Model): boolean =>
  a.table === b.table &&
  a.model.documentation === b.model.documentation &&
  a.model.fields.length === b.model.fields.length &&
  a.model.fields.every((field, i) => isFieldAlike(field, b.model.fields[i]!));

const isFieldAlike = (a: PrismaField, b: PrismaField): boolean =>
  a.name === b.name &&
  a.type === b.type &&
  a.column === b.column &&
  equals(a.relation?.fields, b.relation?.fields) &&
  equals(a.relation?.references, b.relation?.references);
