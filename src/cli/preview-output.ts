import stringWidth from "string-width";
import type { PreviewResult } from "../database/preview.ts";
import { printable } from "../report/printable.ts";

/** A preview as text, JSON (`media/` has no schema for it: the shape is that of `PreviewJson`) or CSV. */
export function renderPreview(
  results: readonly PreviewResult[],
  format: "text" | "json" | "csv",
  width: number,
): string {
  if (format === "json") return `${JSON.stringify({ results: results.map(jsonOf) }, undefined, 2)}\n`;
  if (format === "csv") return renderCsv(results);
  return `\n${results.map((result) => renderResult(result, width)).join("\n")}`;
}

const jsonOf = ({ identity, status, columns, rows, hidden, message, ...more }: PreviewResult) => ({
  identity,
  status,
  columns,
  rows,
  hidden,
  message,
  more: more.more,
  written: more.written,
  policies: more.policies,
  time: more.time,
});

/** One line for each row and identity: identity, status, the columns. What gave no rows has a line of its own. */
function renderCsv(results: readonly PreviewResult[]): string {
  const columns = results.find((each) => each.columns.length)?.columns ?? [];
  const lines = results.flatMap(({ identity, status, rows }) =>
    (rows.length ? rows : [columns.map(() => null)]).map((row) => [identity, status, ...row]),
  );
  return [["identity", "status", ...columns], ...lines]
    .map((line) => `${line.map(cell).join(",")}\r\n`)
    .join("");
}

/** A field that a spreadsheet would take for a formula is kept from it by an apostrophe. */
const cell = (value: string | null): string => {
  if (value === null) return "";
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?[\d.]+$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function renderResult(result: PreviewResult, width: number): string {
  const { identity, message, columns, rows } = result;
  const lines = [`${identity}: ${summary(result)}`];
  if (message) lines.push(`  ${printable(message)}`);
  if (rows.length) lines.push(...table(columns, rows, width - 2).map((line) => `  ${line}`));
  for (const { policy, rows: count } of result.policies)
    lines.push(`  policy "${printable(policy)}" lets ${count} of ${total(result)} through`);
  return `${lines.join("\n")}\n`;
}

const total = ({ rows, more }: PreviewResult): string => (more ? "the rows" : String(rows.length));

function summary({ status, rows, more, hidden, written, time }: PreviewResult): string {
  if (status === "denied") return "denied";
  if (status === "failed") return "failed";
  if (status === "invalid") return "invalid, because it did not stay who it was";
  const count = written ?? rows.length;
  const what = `${more ? "more than " : ""}${count} ${count === 1 ? "row" : "rows"}${written === null ? "" : " written, and rolled back"}`;
  const unseen = hidden === null ? "" : `, ${hidden} hidden`;
  return `${status === "unproven" ? "unproven, " : ""}${what}${unseen} (${time} ms)`;
}

/** Columns side by side, those that do not fit left out with a mark. */
function table(
  columns: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  width: number,
): string[] {
  const cells = [columns, ...rows].map((row) => row.map((value) => shorten(printable(value ?? "null"))));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => stringWidth(row[i]!))));
  let fits = 0;
  for (let used = 0; fits < widths.length; fits++) {
    used += widths[fits]! + 2;
    if (used > width - 2 && fits > 0) break;
  }
  const mark = fits < widths.length ? "…" : "";
  return cells.map((row) => {
    const line = row.slice(0, fits).map((text, i) => text + " ".repeat(widths[i]! - stringWidth(text)));
    return `${line.join("  ")}${mark && `  ${mark}`}`.trimEnd();
  });
}

const LONGEST = 40;
const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
