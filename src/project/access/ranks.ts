import type { Column, Table } from "../../catalog/catalog.ts";
import type { Project } from "../project.ts";
import { isRoleColumn, stem } from "../tenancy/vocabulary.ts";

/** The column of a table that holds a role of the membership. */
export function roleColumnIn({ tenancy, catalog }: Project, table: Table): string | undefined {
  const [membership] = tenancy.memberships;
  const name = membership?.roleColumn;
  const type = catalog.tables.get(membership?.table ?? "")?.columns.get(name ?? "")?.type.name;
  return type !== undefined && table.columns.get(name!)?.type.name === type ? name : undefined;
}

/** Columns of a person's row that other things trust: whoever sets his own raises himself. */
export const trustedColumns = (table: Table): readonly string[] =>
  [...table.columns.values()].filter(isTrusted).map(({ name }) => name);

const isTrusted = ({ name, type, generated }: Column): boolean =>
  !generated && !type.array && (isRoleColumn(name) || RANK.test(stem(name)));

const RANK =
  /^(is_)?(super_?admin|admin|superuser|staff|moderator|banned|suspended|approved|verified|email_verified)$|^(plan|tier|credit|balance|quota|subscription_status|(stripe_)?customer_id|stripe_(customer|subscription)(_id)?)$/;
