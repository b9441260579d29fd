import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type WorkspaceEdit,
} from "vscode-languageserver";
import type { Finding } from "../text/finding.ts";
import type { Fix } from "../workspace/workspace.ts";
import { linesOf } from "./convert.ts";
import { type DiagnosticData, SOURCE } from "./diagnostics.ts";
import type { Folder, Snapshot } from "./folder.ts";

/** Client commands that actions end in; a client without them shows the words of the title. */
export const OFFER_COMMAND = "rowguard.offerCommand";
export const SHOW_RULE = "rowguard.showRule";

/** What an action carries until it is resolved: which findings it is for, and for which state of the sources. */
export interface ActionData {
  readonly folder: string;
  readonly what: "fix" | "fix-all" | "ignore";
  readonly findings: readonly DiagnosticData[];
  readonly path: string;
}

/** Actions for the diagnostics under the cursor: the fix, the same for the whole file, and a way to accept the finding. */
export function codeActions(
  params: CodeActionParams,
  folder: Folder,
  snapshot: Snapshot,
  path: string,
): CodeAction[] {
  const actions: CodeAction[] = [];
  const rules = new Set<string>();
  for (const diagnostic of params.context.diagnostics) {
    const data = diagnostic.source === SOURCE ? (diagnostic.data as DiagnosticData | undefined) : undefined;
    const finding = data && findFinding(snapshot, path, data);
    if (!data || !finding) continue;
    rules.add(data.rule);
    actions.push(
      ...fixActions(finding, diagnostic, folder, path, data),
      ignoreAction(diagnostic, folder, path, data),
      ruleAction(diagnostic, data),
    );
  }
  for (const rule of rules) actions.push(...fixAllActions(rule, folder, snapshot, path));
  const wanted = params.context.only;
  return wanted ? actions.filter(({ kind }) => wanted.some((only) => kind?.startsWith(only))) : actions;
}

/** The finding that a diagnostic was made from, as it is in the newest report; undefined where it is gone. */
export const findFinding = (snapshot: Snapshot, path: string, data: DiagnosticData): Finding | undefined =>
  snapshot.report.findings.find(
    (finding) =>
      finding.rule === data.rule &&
      finding.subject === data.subject &&
      finding.at.path === path &&
      finding.at.span.start === data.start,
  );

function fixActions(
  finding: Finding,
  diagnostic: Diagnostic,
  folder: Folder,
  path: string,
  data: DiagnosticData,
): CodeAction[] {
  const { remedy } = finding;
  if (!remedy) return [];
  const common = {
    title: remedy.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: true,
  };
  if (remedy.kind === "intent" && !WRITTEN.has(remedy.intent.verb)) {
    const { command } = remedy.intent;
    return [
      {
        ...common,
        title: `${remedy.title} (${command})`,
        command: { title: remedy.title, command: OFFER_COMMAND, arguments: [command] },
      },
    ];
  }
  return [
    { ...common, data: { folder: folder.uri, what: "fix", findings: [data], path } satisfies ActionData },
  ];
}

/** Intents that the workspace itself turns into SQL. */
const WRITTEN = new Set(["protect", "protect-all", "protect-bucket"]);

const ignoreAction = (
  diagnostic: Diagnostic,
  folder: Folder,
  path: string,
  data: DiagnosticData,
): CodeAction => ({
  title: `Ignore ${data.rule} here, because ...`,
  kind: CodeActionKind.QuickFix,
  diagnostics: [diagnostic],
  data: { folder: folder.uri, what: "ignore", findings: [data], path } satisfies ActionData,
});

const ruleAction = (diagnostic: Diagnostic, { rule }: DiagnosticData): CodeAction => ({
  title: `Explain ${rule}`,
  kind: CodeActionKind.QuickFix,
  diagnostics: [diagnostic],
  command: { title: `Explain ${rule}`, command: SHOW_RULE, arguments: [rule] },
});

function fixAllActions(rule: string, folder: Folder, snapshot: Snapshot, path: string): CodeAction[] {
  const mendable = (finding: Finding) => finding.remedy && finding.remedy.kind !== "intent";
  const ofRule = snapshot.report.findings.filter((finding) => finding.rule === rule && mendable(finding));
  const here = ofRule.filter((finding) => finding.at.path === path);
  const action = (title: string, findings: readonly Finding[]): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    data: {
      folder: folder.uri,
      what: "fix-all",
      path,
      findings: findings.map((finding) => ({ rule, subject: finding.subject, start: finding.at.span.start })),
    } satisfies ActionData,
  });
  return here.length > 1 ? [action(`Fix all ${here.length} ${rule} in this file`, here)] : [];
}

/** A fix as the editor applies it: new files first, then edits, each tied to the version that is open. */
export function workspaceEditOf(
  fix: Fix,
  folder: Folder,
  snapshot: Snapshot,
  versionOf: (uri: string) => number | null,
): WorkspaceEdit {
  const byPath = groupByPath(fix.edits);
  const created = fix.files.flatMap(({ path, text }) => {
    const uri = folder.uris.uri(path);
    const start = { line: 0, character: 0 };
    return [
      { kind: "create" as const, uri, options: { overwrite: false, ignoreIfExists: false } },
      { textDocument: { uri, version: null }, edits: [{ range: { start, end: start }, newText: text }] },
    ];
  });
  const edited = [...byPath].map(([path, edits]) => {
    const uri = folder.uris.uri(path);
    const lines = linesOf(path, snapshot.text(path) ?? "");
    return {
      textDocument: { uri, version: versionOf(uri) },
      edits: edits.map(({ span, text }) => ({ range: lines.range(span), newText: text })),
    };
  });
  return { documentChanges: [...created, ...edited] };
}

function groupByPath(edits: Fix["edits"]): Map<string, Fix["edits"][number][]> {
  const groups = new Map<string, Fix["edits"][number][]>();
  for (const edit of edits) groups.set(edit.path, [...(groups.get(edit.path) ?? []), edit]);
  return groups;
}
