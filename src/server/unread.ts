import { type Diagnostic, type DiagnosticSeverity, Range } from "vscode-languageserver";
import { withoutFiles } from "../lint/incomplete.ts";
import type { SourceNote } from "../lint/report.ts";

/**
 * Files and folders that a report is without, by path, each told of where it would begin: at a place in the list of
 * problems that is there even for what no editor can open.
 */
export const diagnosticsOfUnread = (
  unread: readonly SourceNote[],
  source: string,
  severity: DiagnosticSeverity,
): ReadonlyMap<string, Diagnostic> =>
  new Map(
    unread.map((note) => {
      const [message] = withoutFiles([note]);
      return [pathOf(note), { range: Range.create(0, 0, 0, 0), severity, source, message: message! }];
    }),
  );

/** The workspace itself is a folder too. */
const pathOf = ({ path }: SourceNote): string => (path === "." ? "" : path);
