import type { OtherStatement } from "../../source/sql/statement.ts";
import type { Policy, Table } from "../catalog.ts";
import { findRelation } from "./names.ts";
import { type Draft, markChanged, type Step } from "./state.ts";

type Comment = Extract<OtherStatement, { kind: "comment" }>;

/** Comments of tables and policies are kept; NULL or '' removes one. */
export function applyComment(step: Step, { objectKind, name, part, text }: Comment): void {
  if (objectKind !== "table" && objectKind !== "policy") return;
  const found = findRelation(step.state, name);
  const table = found?.kind === "table" ? step.state.edit("tables", found.key) : undefined;
  if (!table) return;
  if (objectKind === "table") setComment(table, text);
  else commentPolicy(step, table, part ?? "", text);
}

function commentPolicy(step: Step, table: Draft<Table>, name: string, text: string): void {
  const policy = table.policies.get(name);
  if (!policy) return;
  const draft: Draft<Policy> = { ...policy };
  setComment(draft, text);
  markChanged(step, draft);
  const policies = step.state.own(table.policies);
  policies.set(name, draft);
  table.policies = policies;
}

function setComment(object: { comment?: string }, text: string): void {
  if (text === "") delete object.comment;
  else object.comment = text;
}
