import { missingModelOf } from "../../project/delegates.ts";
import { draftModel } from "../../project/drafts.ts";
import { findRelation, type Relation, renameAt } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import { placeOfName, schemaOf } from "../../project/subscriptions.ts";
import type { NamedAt } from "../../project/usage.ts";
import { nameOf } from "../../project/words.ts";
import type { RawFinding, Remedy } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "usage",
  kinds: ["realtime-subscription"],
  severity: "error",
  summary: "A realtime subscription names a table that does not exist under that exact name.",
  why: "Realtime compares names as PostgreSQL stores them. A subscription to `Notification` where the table is `notifications` is accepted and never receives a row: the feature is silently dead.",
  *check(usage, project) {
    if (usage.kind !== "realtime-subscription" || !usage.table || usage.table.value === "*") return;
    if (usage.role !== "runtime") return;
    const { table } = usage;
    const schema = schemaOf(usage);
    const { found, near, unknown } = findRelation(project, schema, table.value);
    const at = placeOfName(table);
    const common = { at, subject: `code ${at.path}` };
    if (found?.kind === "view" && project.catalog.views.has(`${found.schema}.${found.name}`))
      yield {
        ...common,
        message: `The subscription listens to the view ${nameOf(found)}, and realtime sends changes of tables only.`,
      };
    else if (near) yield { ...common, ...describeNear(project, table, usage.schema, near) };
    else if (unknown)
      yield {
        ...common,
        message: `The subscription listens to "${table.value}", and no table has that name.`,
        ...remedyFor(project, table.value),
      };
  },
});

/** The same name in another schema, or another name. */
function describeNear(
  project: Project,
  table: NamedAt,
  schema: NamedAt | undefined,
  near: Relation,
): Pick<RawFinding, "message" | "remedy"> {
  const moved = schema !== undefined && schema.value !== near.schema;
  const edits = [
    ...(table.value === near.name ? [] : [renameAt(project, table, near.name)]),
    ...(moved ? [renameAt(project, schema, near.schema)] : []),
  ].filter((edit) => edit !== undefined);
  const whole = edits.length === (table.value === near.name ? 0 : 1) + (moved ? 1 : 0);
  const real = moved ? `${near.schema}.${near.name}` : near.name;
  return {
    message: `The subscription listens to "${table.value}", and the table is called ${real}.`,
    ...(whole && edits.length ? { remedy: { kind: "edit", title: `Listen to ${real}`, edits } } : {}),
  };
}

/** A table that is missing because its model is: the model comes first, and the name after it. */
function remedyFor(project: Project, name: string): { remedy?: Remedy } {
  const model = missingModelOf(project, name);
  return model === undefined ? {} : { remedy: draftModel(model) };
}
