import pc from "picocolors";
import { type ComparedRow, compareRows } from "../../database/preview/compare.ts";
import type { Cost, Preview, PreviewResult } from "../../database/preview.ts";
import { count, printable } from "../../report/printable.ts";
import type { Ink } from "../../report/text.ts";
import { widthOf, wrap } from "../../report/width.ts";
import { type Column, renderTable } from "./table.ts";
import { describeAccess, renderVerdict } from "./verdict.ts";

export interface PageOptions {
  readonly width: number;
  readonly colour: boolean;
}

export interface Page {
  readonly ink: Ink;
  readonly width: number;
}

const INDENT = "  ";

/** A preview for people: what each sees and why, then rows with who sees each, then what crosses from one to another. */
export function renderPreview(preview: Preview, costs: readonly Cost[], options: PageOptions): string {
  const page: Page = { ink: pc.createColors(options.colour), width: Math.max(options.width, 40) };
  const blocks = [
    renderPeople(preview, page),
    ...renderRows(preview, page),
    ...costs.map((cost) => renderCost(cost, page)),
    renderVerdict(preview, page),
  ].filter((lines) => lines.length);
  return `\n${blocks.map((lines) => `${lines.map((line) => `${INDENT}${line}`.trimEnd()).join("\n")}\n`).join("\n")}`;
}

function renderRows({ results }: Preview, page: Page): string[][] {
  const width = page.width - INDENT.length;
  const shown = results.filter(({ rows }) => rows.length > 0);
  if (!shown.length) return [];
  if (shown.every(({ rows, origins }) => rows.length === 1 && !origins[0]) && haveSameColumns(shown))
    return [renderTable(byIdentity(shown), width, page.ink)];
  const rows = compareRows(results);
  if (rows) return [renderMarked(rows, results, page)];
  return shown.map((result) => [
    page.ink.bold(printable(result.identity)),
    ...renderTable(columnsOf(result.columns, result.rows), width, page.ink),
  ]);
}

const haveSameColumns = (results: readonly PreviewResult[]): boolean =>
  results.every(({ columns }) => columns.join("\0") === results[0]!.columns.join("\0"));

const columnsOf = (titles: readonly string[], rows: readonly (readonly (string | null)[])[]): Column[] =>
  titles.map((title, i) => ({ title, cells: rows.map((row) => row[i] ?? null) }));

/** A count for each: a row for each identity. */
const byIdentity = (results: readonly PreviewResult[]): Column[] => [
  { title: "", cells: results.map(({ identity }) => identity) },
  ...columnsOf(
    results[0]!.columns,
    results.map(({ rows }) => rows[0]!),
  ),
];

const MARK = { own: "●", foreign: "✗", no: "·" } as const;

/** Every row once, after the marks of who sees it. */
function renderMarked(rows: readonly ComparedRow[], results: readonly PreviewResult[], page: Page): string[] {
  const { ink } = page;
  const size = String(results.length).length;
  const numbers = results.map((_, i) => String(i + 1).padStart(size)).join(" ");
  const gutter = numbers.length + 2;
  const owners: Column[] = rows.some(({ of }) => of !== null)
    ? [{ title: "of", cells: rows.map(({ of }) => of ?? "") }]
    : [];
  const values = columnsOf(
    results.find(({ columns }) => columns.length)!.columns,
    rows.map((row) => row.values),
  );
  const [heading, ...lines] = renderTable([...owners, ...values], page.width - INDENT.length - gutter, ink);
  const marks = rows.map(({ seen }) =>
    seen.map((each, i) => " ".repeat(size - 1) + tint(each, results[i]!, ink)).join(" "),
  );
  return [
    `${ink.dim(numbers)}  ${heading}`,
    ...lines.map((line, i) => `${marks[i] ?? " ".repeat(numbers.length)}  ${line}`),
  ];
}

function tint(seen: ComparedRow["seen"][number], { status }: PreviewResult, ink: Ink): string {
  if (status !== "ok" && seen === "no") return ink.dim("–");
  if (seen === "foreign") return ink.red(MARK.foreign);
  return seen === "own" ? ink.green(MARK.own) : ink.dim(MARK.no);
}

/** A line for each identity: its number, its name, what it sees; below it what lets it, or why not. */
function renderPeople({ results, kind }: Preview, page: Page): string[] {
  const { ink } = page;
  const size = String(results.length).length;
  const names = results.map(({ identity }) => printable(identity));
  const widest = Math.min(32, Math.max(...names.map(widthOf)));
  const indent = size + 2;
  const reasons = results.map(describeAccess);
  const shared = results.length > 1 && reasons.every((each) => each.join("\n") === reasons[0]!.join("\n"));
  const people = results.flatMap((result, i) => {
    const name = names[i]! + " ".repeat(Math.max(0, widest - widthOf(names[i]!)));
    const room = Math.max(24, page.width - INDENT.length - indent - widest - 2);
    const below = [result.message ?? "", ...(shared ? [] : reasons[i]!)].filter((line) => line);
    const lines = below.flatMap((line) => wrap(printable(line), room)).map((line) => ink.dim(line));
    const head = `${ink.dim(String(i + 1).padStart(size))}  ${ink.bold(name)}  ${summary(result, kind, ink)}`;
    return [head, ...lines.map((line) => " ".repeat(indent + widest + 2) + line)];
  });
  return shared
    ? [...people, ...reasons[0]!.map((line) => " ".repeat(indent) + ink.dim(printable(line)))]
    : people;
}

const STATUS_INK = { denied: "yellow", failed: "red", invalid: "magenta", unproven: "magenta" } as const;

function summary(result: PreviewResult, kind: Preview["kind"], ink: Ink): string {
  const { status } = result;
  const time = ink.dim(`${result.time} ms`);
  if (status === "denied" || status === "failed") return `${ink[STATUS_INK[status]](status)}  ${time}`;
  const said = status === "ok" ? "" : `${ink[STATUS_INK[status]](status)}: `;
  return `${said}${amounts(result, kind)}  ${time}`;
}

function amounts({ rows, more, seen, hidden, written }: PreviewResult, kind: Preview["kind"]): string {
  if (kind === "write") return `${count(written ?? 0, "row")} written, and rolled back`;
  const amount = seen ?? rows.length;
  const what = seen === null && more ? `more than ${count(rows.length, "row")}` : count(amount, "row");
  const shown = more ? ` (${rows.length} shown)` : "";
  return `${what}${shown}${hidden === null ? "" : `, ${hidden} hidden`}`;
}

function renderCost({ identity, plan, time, without, rounds }: Cost, { ink }: Page): string[] {
  const compared =
    without === null
      ? `${time} ms; without row-level security the login may not ask`
      : `${time} ms with row-level security, ${without} ms without (medians of ${rounds} rounds in turns)`;
  return [
    `${ink.bold(printable(identity))}: ${compared}`,
    ...plan.split("\n").map((line) => ink.dim(printable(line))),
  ];
}
