import { privilegesOf, rolesOf } from "../../catalog/access.ts";
import type { Table } from "../../catalog/catalog.ts";
import { type Column, qualify } from "../../catalog/catalog.ts";
import { placeOfTableState } from "../../project/place.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

/**
 * Whole words of a column's name that say its value is a secret or identifies a person to an authority. No type says so: the
 * list holds names that mean nothing else, and a secret by another name is passed over.
 */
const SECRET =
  /(^|_)(password|passwd|password_hash|hashed_password|pwd_hash|secret|secret_key|client_secret|api_key|apikey|private_key|access_token|refresh_token|id_token|session_token|totp_secret|mfa_secret|recovery_codes?|ssn|social_security_number|national_id|passport_number|card_number|cvv|cvc)$/;

export default defineRule({
  on: "table",
  severity: "warning",
  summary: "Secrets or government ids stand in a table whose rows others may read whole.",
  why: "A policy lets a row through with all its columns: whoever may see the row sees the token as well. Grant the other columns only, or keep the secret in a table of its own.",
  *check(table, project) {
    if (!table.rowSecurity || table.uncertain || isConcealed(project, table)) return;
    if (project.tenancy.scopes.get(qualify(table.schema, table.name))?.kind === "user") return;
    const readers = readersOf(project, table);
    const columns = [...table.columns.values()].filter(
      (column) => SECRET.test(snake(column.name)) && isText(column),
    );
    if (!readers.length || !columns.length) return;
    const at = columns[0]!.made ?? placeOfTableState(project, table);
    yield {
      at,
      subject: `${table.schema}.${table.name}`,
      message: `${listOf(readers)} can read ${listOf(columns.map((column) => column.name))} of every row of ${nameOf(table)} that a policy shows them.`,
    };
  },
});

/** Client roles with SELECT on the whole table and a policy that shows them rows of others. */
function readersOf(project: Project, table: Table): string[] {
  return project.settings.clientRoles.filter((role) => {
    const roles = rolesOf(project.catalog, role);
    const granted = privilegesOf(project.catalog, table, role).whole.has("select");
    const shown = [...table.policies.values()].some(
      (policy) =>
        !policy.refused &&
        policy.permissive &&
        policy.using &&
        (policy.command === "all" || policy.command === "select") &&
        policy.roles.some((each) => roles.has(each)),
    );
    return granted && shown;
  });
}

const snake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();

const isText = (column: Column): boolean =>
  /^(text|varchar|bpchar|bytea|citext|jsonb?|uuid)$/.test(column.type.name);
