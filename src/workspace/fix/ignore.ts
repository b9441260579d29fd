import type { HistoryFile, Project } from "../../project/project.ts";
import { commentStyleAt } from "../../source/code/comment.ts";
import { isCode } from "../../source/code/script.ts";
import type { Edit, NewFile } from "../../text/edit.ts";
import type { Finding } from "../../text/finding.ts";
import type { SourceText } from "../../text/source-text.ts";
import { CONFIGURATION } from "../configured.ts";
import { configure } from "./configure.ts";

/** What accepting a finding changes: a comment above its place, or, where its file is history, an entry in the configuration. */
export interface Acceptance {
  readonly edits: readonly Edit[];
  readonly files: readonly NewFile[];
}

/**
 * Accepts a finding with a reason. Migrations that may be applied are never touched, a comment included: Prisma refuses
 * an edited one. There, and where no comment can stand, the configuration's `ignore` takes rule, subject and reason.
 */
export function acceptFinding(
  finding: Finding,
  reason: string,
  project: Project | undefined,
  text: (path: string) => string | undefined,
): Acceptance {
  const { path } = finding.at;
  const source = text(path);
  const file = project?.history.find((each) => each.source.path === path);
  if (source === undefined || (file && !isEditable(file)))
    return inConfiguration(finding, reason, text(CONFIGURATION));
  const start = lineStart(source, file ? statementStart(file, finding) : finding.at.span.start);
  const comment = commentAt({ path, text: source }, start);
  if (!comment) return inConfiguration(finding, reason, text(CONFIGURATION));
  const indent = /^[ \t]*/.exec(source.slice(start))![0];
  const lineEnd = source.includes("\r\n") ? "\r\n" : "\n";
  const said = `rowguard-ignore ${finding.rule}: ${reason.replace(/\s+/g, " ").trim()}`;
  return {
    edits: [{ path, span: { start, end: start }, text: `${indent}${comment(said)}${lineEnd}` }],
    files: [],
  };
}

/** Files that no tool keeps a checksum of once they ran. */
export const isEditable = ({ kind, state }: HistoryFile): boolean =>
  kind === "schema" || kind === "adhoc" || state === "new" || state === "changed";

type Comment = (said: string) => string;

/** How a comment of its own line is written at the beginning of a line; undefined where there can be none. */
function commentAt(source: SourceText, start: number): Comment | undefined {
  if (source.path.endsWith(".sql")) return (said) => `-- ${said}`;
  if (source.path.endsWith(".prisma")) return (said) => `// ${said}`;
  const style = isCode(source.path) ? commentStyleAt(source, start) : undefined;
  if (style === "jsx") return (said) => `{/* ${said} */}`;
  return style && ((said) => `// ${said}`);
}

/** The statement around the finding: a comment inside it would not be above it. */
function statementStart(file: HistoryFile, { at }: Finding): number {
  const around = file.source.statements.find(
    ({ span }) => span.start <= at.span.start && at.span.start < span.end,
  );
  return around?.span.start ?? at.span.start;
}

const lineStart = (text: string, offset: number): number => text.lastIndexOf("\n", offset - 1) + 1;

const inConfiguration = ({ rule, subject }: Finding, reason: string, text: string | undefined): Acceptance =>
  configure(text, { path: ["ignore"], value: { rule, subject, reason }, append: true });
