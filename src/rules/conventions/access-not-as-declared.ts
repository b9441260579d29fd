import { qualify, type Table } from "../../catalog/catalog.ts";
import { accessOf } from "../../project/access/access.ts";
import type { Declaration } from "../../project/access/declared.ts";
import { differencesOf } from "../../project/access/differences.ts";
import { type Project, placeInModel, placeOfTable } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { quoteWord } from "../../project/remedies.ts";
import { nameOf } from "../../project/words.ts";
import type { RawFinding, Remedy } from "../../text/finding.ts";
import type { Place } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "table",
  severity: "error",
  summary: "Policies give other access to a table than is declared of it.",
  why: "What is declared above a model or in the configuration is what people rely on: where policies say something else, somebody reaches rows that nobody meant, or is kept from his own.",
  *check(table, project) {
    const key = qualify(table.schema, table.name);
    const declaration = project.tenancy.declarations.get(key);
    const access = declaration && accessOf(project, table);
    if (!declaration || isConcealed(project, table) || table.uncertain) return;
    const at = placeOfDeclaration(project, declaration) ?? placeOfTable(project, key) ?? table.made;
    const about = { at, subject: key };
    const problems = access?.problems ?? declaration.sentence.problems;
    if (problems.length)
      yield {
        ...about,
        subject: `${key}/declared`,
        message: `What is declared of ${nameOf(table)} cannot be used: ${problems.join("; ")}.`,
      };
    if (problems.length || !access) return;
    const differences = table.rowSecurity
      ? differencesOf(project, table, access)
      : ["row-level security is off"];
    if (differences.length) yield { ...about, ...describe(project, table, declaration, differences) };
  },
});

/** The comment above the model. */
function placeOfDeclaration(project: Project, { model: name }: Declaration): Place | undefined {
  const model = name === undefined ? undefined : project.models.get(name);
  if (!model) return undefined;
  return placeInModel(project, model, model.model.documentationSpan ?? model.model.nameSpan);
}

function describe(
  project: Project,
  table: Table,
  { text, model }: Declaration,
  differences: readonly string[],
): Omit<RawFinding, "at" | "subject"> {
  const made = placeOfTable(project, qualify(table.schema, table.name));
  return {
    message: `Access to ${nameOf(table)} is declared as "${text}", and ${differences.join(", ")}.`,
    ...(model !== undefined &&
      made && { related: [{ place: made, message: `${nameOf(table)} is declared here` }] }),
    remedy: remedyFor(table),
  };
}

function remedyFor(table: Table): Remedy {
  const subject = qualify(table.schema, table.name);
  const replaces = table.policies.size > 0;
  return {
    kind: "intent",
    title: `Write the policies that are declared of ${nameOf(table)}`,
    intent: {
      verb: replaces ? "replace" : "protect",
      subject,
      command: `rowguard generate ${quoteWord(subject)}${replaces ? " --replace" : ""}`,
    },
  };
}
