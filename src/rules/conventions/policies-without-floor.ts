import { placeOfTableState } from "../../project/place.ts";
import { isConcealed, isTenantData } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "off",
  summary: "A tenant's table has no restrictive policy as a floor under its permissive ones.",
  why: "Permissive policies are joined with OR, and the next one may be too wide. A restrictive policy that binds the tenant holds whatever is added later.",
  *check(table, project) {
    if (
      !table.rowSecurity ||
      !table.policies.size ||
      table.uncertain ||
      isConcealed(project, table) ||
      !isTenantData(project, table)
    )
      return;
    if ([...table.policies.values()].some((policy) => !policy.permissive)) return;
    const at = placeOfTableState(project, table, [...table.policies.values()][0]!.made);
    if (!at) return;
    yield {
      at,
      subject: `${table.schema}.${table.name}`,
      message: `${nameOf(table)} has no restrictive policy that holds the tenant whatever other policies allow.`,
    };
  },
});
