import type { Policy } from "../catalog/catalog.ts";
import { type Formula, isRange, type Ranged, termsIn, visit } from "../catalog/meaning/formula.ts";
import { clientsOf } from "./audience.ts";
import type { Project } from "./project.ts";

/**
 * Whether rows are asked for a role by whose name somebody runs the platform itself: it may stand in a table of members,
 * and reaches all tenants all the same. Where clients write that table, a tenant's people could give it to each other.
 */
export const asksPlatformRole = (project: Project, part: Formula): boolean =>
  isRange(part) && namesPlatformRole(part) && part.rows.every((row) => isKeptFromClients(project, row));

function isKeptFromClients(project: Project, { table }: Ranged): boolean {
  const asked = table === undefined ? undefined : project.catalog.tables.get(table);
  return (
    asked?.rowSecurity === true &&
    ![...asked.policies.values()].some((policy) => writes(policy) && clientsOf(project, policy).length)
  );
}

const writes = ({ command, permissive, refused }: Policy): boolean =>
  permissive && !refused && command !== "select" && command !== "delete";

function namesPlatformRole(formula: Formula): boolean {
  const asked: string[] = [];
  visit(formula, (part) => {
    const terms = termsIn(part);
    if (terms.some((term) => term.kind === "column" && term.row !== 0))
      for (const term of terms) if (term.kind === "constant" && term.sort === "text") asked.push(term.value);
  });
  return asked.some((role) => PLATFORM_ROLE.test(role)) && asked.every((role) => !TENANT_ROLE.test(role));
}

/** `superadmin`, `super_user`, `platform_admin`, `PLATFORM_OWNER`. */
const PLATFORM_ROLE = /^(super|platform)[-_ ]?(admin(istrator)?|user|owner|staff|operator|root)$/i;
/** Beside the other, as in `role in ('admin', 'superadmin')`, it is no role of the platform's that is asked for. */
const TENANT_ROLE = /^(admin(istrator)?|owner|manager|member|editor|staff|user)$/i;
