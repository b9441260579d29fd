import type { Func } from "../../catalog/catalog.ts";
import { unwrap } from "../../catalog/walk.ts";
import { functionOf } from "../../project/caller-parts.ts";
import { functionStatement } from "../../project/function-edits.ts";
import { bodyCalls } from "../../project/function-words.ts";
import type { Project } from "../../project/project.ts";
import { isIdentitySetting } from "../../project/trusted-settings.ts";
import { placeOf, type Usage } from "../../project/usage.ts";
import { nameOf } from "../../project/words.ts";
import type { Edit } from "../../text/edit.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "Who the caller is, is set for the whole session.",
  why: "A connection goes back to its pool with the setting on it, and the next request that does not set its own runs as the tenant before it. `SET LOCAL` and `set_config(..., true)` end with the transaction.",
  *check(project) {
    for (const usage of project.usages.get("setting") ?? []) yield* checkUsage(project, usage);
    for (const func of [...project.catalog.functions.values()].flat())
      if (!func.platform) yield* checkFunction(project, func);
  },
});

function* checkUsage(project: Project, usage: Usage): Iterable<RawFinding> {
  if (usage.kind !== "setting" || usage.role !== "runtime" || usage.local !== false) return;
  if (!isIdentitySetting(project, usage.setting)) return;
  const edits = usage.inTransaction ? localEdits(project, usage) : [];
  yield {
    at: placeOf(usage),
    subject: `code ${usage.path}`,
    message: `${describe(usage.setting)} is set for the whole session: whoever gets the connection next still has it.`,
    ...(edits.length ? { remedy: { kind: "edit", title: "Set it for the transaction only", edits } } : {}),
  };
}

const describe = (setting: string): string =>
  setting.includes(".") ? setting : `The ${setting.replace("_", " ")}`;

/** `set_config(..., false)` and `SET x` of the SQL in a call, where it has one of them. */
function localEdits(project: Project, { path, span }: Usage): readonly Edit[] {
  const text = project.text(path)?.slice(span.start, span.end) ?? "";
  const found = [
    ...[...text.matchAll(/(\bset_config\s*\([^;()]*,\s*)false(?=\s*\))/gi)].map((match) => ({
      from: match.index + match[1]!.length,
      length: "false".length,
      to: "true",
    })),
    ...[...text.matchAll(/\bset\s+(session\s+)?(?=[\w.]+\s*(=|to\b))/gi)].map((match) => ({
      from: match.index,
      length: match[0].length,
      to: match[0].startsWith("SET") ? "SET LOCAL " : "set local ",
    })),
  ];
  if (found.length !== 1) return [];
  const { from, length, to } = found[0]!;
  const start = span.start + from;
  return [{ path, span: { start, end: start + length }, text: to }];
}

function* checkFunction(project: Project, func: Func): Iterable<RawFinding> {
  for (const call of bodyCalls(func)) {
    const [name, , local] = call.args.map(unwrap);
    if (call.name.at(-1) !== "set_config" || !/^(pg_catalog\.)?set_config$/.test(functionOf(project, call)))
      continue;
    if (name?.kind !== "constant" || local?.kind !== "constant" || !/^f(alse)?$/i.test(local.value)) continue;
    if (!isIdentitySetting(project, name.value)) continue;
    const { path } = func.made;
    const edits = [{ path, span: local.span, text: "true" }];
    const remedy = functionStatement(project, func, edits, "Set it for the transaction only");
    yield {
      at: { path, span: call.span },
      subject: `${func.schema}.${func.name}()`,
      message: `${nameOf(func)} sets ${name.value} for the whole session: whoever gets the connection next still has it.`,
      ...(remedy ? { remedy } : {}),
    };
    return;
  }
}
