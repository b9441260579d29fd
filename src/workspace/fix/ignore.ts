import type { HistoryFile, Project } from "../../project/project.ts";
import type { Edit, NewFile } from "../../text/edit.ts";
import type { Finding } from "../../text/finding.ts";
import { CONFIGURATION } from "../configured.ts";
import { configure } from "./configure.ts";

/** What accepting a finding changes: a comment above its place, or, where its file is history, an entry in the configuration. */
export interface Acceptance {
  readonly edits: readonly Edit[];
  readonly files: readonly NewFile[];
}

/**
 * Accepts a finding with a reason. Migrations that may be applied are never touched, a comment included: Prisma refuses
 * an edited one. There, and in files that know no comments, the configuration's `ignore` takes rule, subject and reason.
 */
export function acceptFinding(
  finding: Finding,
  reason: string,
  project: Project | undefined,
  text: (path: string) => string | undefined,
): Acceptance {
  const { path } = finding.at;
  const sign = commentSign(path);
  const source = text(path);
  const file = project?.history.find((each) => each.source.path === path);
  if (!sign || source === undefined || (file && !isEditable(file)))
    return inConfiguration(finding, reason, text(CONFIGURATION));
  const start = lineStart(source, file ? statementStart(file, finding) : finding.at.span.start);
  const indent = /^[ \t]*/.exec(source.slice(start))![0];
  const lineEnd = source.includes("\r\n") ? "\r\n" : "\n";
  const comment = `${indent}${sign} rowguard-ignore ${finding.rule}: ${reason.replace(/\s+/g, " ").trim()}${lineEnd}`;
  return { edits: [{ path, span: { start, end: start }, text: comment }], files: [] };
}

/** Files that no tool keeps a checksum of once they ran. */
export const isEditable = ({ kind, state }: HistoryFile): boolean =>
  kind === "schema" || kind === "adhoc" || state === "new" || state === "changed";

function commentSign(path: string): string | undefined {
  if (path.endsWith(".sql")) return "--";
  return /\.(prisma|[cm]?[jt]sx?)$/.test(path) ? "//" : undefined;
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
