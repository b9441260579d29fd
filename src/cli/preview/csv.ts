import type { PreviewResult } from "../../database/preview.ts";

/** One line for each row and identity: identity, status, the columns. What gave no rows has a line of its own. */
export function renderCsv(results: readonly PreviewResult[]): string {
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
