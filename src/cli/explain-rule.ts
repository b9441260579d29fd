import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pc from "picocolors";
import { printable } from "../report/printable.ts";
import { inkOf } from "../report/text.ts";
import { wrap } from "../report/width.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import type { Terminal } from "./terminal.ts";

const READABLE = 100;

/** A rule for people: what it reports, why that matters, and the examples of its page. Ends in a line end. */
export function renderRule({ id, category, rule }: RegisteredRule, { colour, width }: Terminal): string {
  const ink = pc.createColors(colour);
  const columns = Math.min(width, READABLE);
  const severity = rule.severity === "off" ? "off" : inkOf(rule.severity, ink)(rule.severity);
  const examples = readExamples(id);
  return [
    `${ink.bold(id)}  ${severity}  ${ink.dim(category)}`,
    "",
    ...wrap(rule.summary, columns),
    "",
    ...wrap(rule.why, columns),
    ...(examples.length ? ["", ...renderMarkdown(examples, columns, ink)] : []),
    "",
  ].join("\n");
}

/** The parts of the rule's page that are no repetition of the rule: options, examples, how to accept a finding. */
function readExamples(id: string): string[] {
  const lines = readPage(id).split("\n");
  const first = lines.findIndex((line) => line.startsWith("## "));
  return first < 0 ? [] : lines.slice(first);
}

/** Pages lie in `media/`, beside the folder of the bundle and above that of the sources. "" where they are not installed. */
function readPage(id: string): string {
  let folder = import.meta.dirname;
  for (let i = 0; i < 3; i++, folder = dirname(folder)) {
    try {
      return readFileSync(join(folder, "media", "rules", `${id}.md`), "utf8");
    } catch {}
  }
  return "";
}

/** Our own pages are simple: headings, fences, paragraphs, tables. */
function renderMarkdown(
  lines: readonly string[],
  columns: number,
  ink: ReturnType<typeof pc.createColors>,
): string[] {
  let fenced = false;
  return lines.flatMap((line) => {
    if (line.startsWith("```")) {
      fenced = !fenced;
      return [];
    }
    if (fenced) return [`    ${printable(line)}`.trimEnd()];
    if (line.startsWith("#")) return [ink.bold(line.replace(/^#+ /, ""))];
    return wrap(printable(line), columns);
  });
}
