import type { Catalog } from "../../catalog/catalog.ts";
import type { Platform } from "../platform/platform.ts";
import type { TableRole } from "../tenancy.ts";
import { keyStem, stem } from "./vocabulary.ts";

/** The user table with the column that holds the platform's id of a caller, where the platform names callers and that is not the key. */
export function withIdentity(catalog: Catalog, platform: Platform, role: TableRole): TableRole {
  const table = catalog.tables.get(role.table);
  if (!table || table.platform || !platform.callerId.length) return role;
  const references = table.constraints.flatMap(({ references, columns }) =>
    references && catalog.tables.get(references.table)?.platform ? [columns[0]!] : [],
  );
  if (references.includes(role.column)) return role;
  const named = [...table.columns.values()].find(
    ({ name, type }) => name !== role.column && !type.array && isIdentityName(name),
  )?.name;
  const identityColumn = references[0] ?? named;
  return identityColumn === undefined ? role : { ...role, identityColumn };
}

/** `auth_id`, `authUserId`, `supabase_uid`: another system's name of the user. */
const isIdentityName = (name: string): boolean =>
  /^(auth|supabase)(_user)?(_id|_uid|_uuid)?$/.test(keyStem(name)) ||
  /^(auth|supabase)_(user_)?u?id$/.test(stem(name));
