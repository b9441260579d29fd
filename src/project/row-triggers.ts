import type { Func, Table } from "../catalog/catalog.ts";
import { literal } from "../text/pattern.ts";
import type { Project } from "./project.ts";

/** Whether a trigger before the command knows the column of its row: it may set it, or refuse what it holds. */
export const isHeldByTrigger = (
  project: Project,
  table: Table,
  command: "insert" | "update",
  column: string,
): boolean =>
  table.triggers.some(
    (trigger) =>
      trigger.timing === "before" &&
      trigger.events.includes(command) &&
      (project.catalog.functions.get(trigger.function) ?? []).some((func) => knows(func, column)),
  );

/** Whether a trigger function looks at the column of its row, sets it, or looks at the row as a whole. */
function knows({ source = "" }: Func, column: string): boolean {
  const rest = source.replaceAll(/--.*|\breturn\s+(new|old)\b/gi, "");
  const row = new RegExp(
    `\\b(?:new|old)\\b(?:\\s*\\.\\s*(?:"?${literal(column)}"?(?!\\w)|\\*)|(?!\\s*\\.))`,
    "i",
  );
  return row.test(rest);
}
