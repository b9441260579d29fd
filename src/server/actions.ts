import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Command,
  type Diagnostic,
} from "vscode-languageserver";
import { equals } from "../catalog/reconcile.ts";
import { withModule } from "../project/drafts.ts";
import { CLIENT_COMMANDS } from "../protocol/requests.ts";
import type { Finding } from "../text/finding.ts";
import type { Client } from "./client.ts";
import { SERVER_COMMANDS } from "./command-names.ts";
import { locationOf, rangeOf } from "./convert.ts";
import { type DiagnosticData, type FindingKey, isCurrent, keyOf, rulePage, SOURCE } from "./diagnostics.ts";
import { workspaceEditOf } from "./edits.ts";
import type { Snapshot } from "./folder.ts";
import type { At } from "./requests.ts";

/** What editors run on save, when they are told to: local edits only. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.${SOURCE}`;

/** What an action carries until it is resolved: the findings it is for, as they were when it was offered. */
export interface ActionData {
  readonly uri: string;
  /** `module`: the fix that drafts a model, with the module that belongs to it. */
  readonly what: "fix" | "module" | "ignore";
  readonly findings: readonly ChosenFinding[];
}

/** A finding, and the file it is in where that is not the one that the action was offered for. */
export interface ChosenFinding extends FindingKey {
  readonly path?: string;
  /** The version of the document that the action was offered for; null for a file on disk. */
  readonly version: number | null;
}

interface Offer {
  readonly at: At;
  readonly client: Client;
  readonly uri: string;
}

/**
 * Actions for the diagnostics under the cursor: the fix, the same for the rule and the file, and a way to accept the
 * finding. A diagnostic of a list that is another by now offers nothing.
 */
export function codeActions(params: CodeActionParams, at: At, client: Client): CodeAction[] {
  const { only, diagnostics } = params.context;
  const offer: Offer = { at, client, uri: params.textDocument.uri };
  const rules = new Set<string>();
  const actions = diagnostics.flatMap((diagnostic) => {
    const data = diagnostic.source === SOURCE ? (diagnostic.data as DiagnosticData | undefined) : undefined;
    const finding =
      data && isCurrent(data, at.path, at.snapshot) ? findFinding(at.snapshot, at.path, data) : undefined;
    if (!finding) return [];
    rules.add(finding.rule);
    return [
      ...fixActions(finding, diagnostic, offer),
      ...moduleActions(finding, diagnostic, offer),
      ...placeActions(finding, diagnostic, offer),
      ignoreAction(finding, diagnostic, offer),
      ...ruleActions(finding, diagnostic, client),
    ];
  });
  const all = [...actions, ...fixAllActions(rules, offer)];
  return only ? all.filter(({ kind }) => only.some((wanted) => isWithin(kind, wanted))) : all;
}

const isWithin = (kind = "", wanted: string): boolean => kind === wanted || kind.startsWith(`${wanted}.`);

function findFinding(snapshot: Snapshot, path: string, data: FindingKey): Finding | undefined {
  return snapshot.report.findings.find(
    (finding) =>
      finding.rule === data.rule &&
      finding.subject === data.subject &&
      finding.at.path === path &&
      equals(rangeOf(finding.at, snapshot.text).start, data.start),
  );
}

/** The finding that an action was offered for; undefined where the document is another by now, or the finding is gone. */
export const findOffered = (
  snapshot: Snapshot,
  path: string,
  { version, ...data }: ChosenFinding,
): Finding | undefined => (snapshot.hasTextOf(path, version) ? findFinding(snapshot, path, data) : undefined);

/** Local edits are there at once; what must be generated is worked out when it is chosen. */
function fixActions(finding: Finding, diagnostic: Diagnostic, { at, client, uri }: Offer): CodeAction[] {
  const { remedy } = finding;
  if (!remedy) return [];
  const action = {
    title: remedy.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    isPreferred: true,
  };
  if (remedy.kind !== "edit" || remedy.files?.length)
    return [{ ...action, data: dataFor("fix", [finding], at, uri) }];
  const edit = workspaceEditOf({ edits: remedy.edits, files: [] }, at.snapshot, client);
  return edit ? [{ ...action, edit }] : [];
}

/** Where a model is to be drafted, also with its queries. */
function moduleActions(finding: Finding, diagnostic: Diagnostic, { at, uri }: Offer): CodeAction[] {
  const remedy = withModule(finding.remedy);
  if (!remedy) return [];
  const data = dataFor("module", [finding], at, uri);
  return [{ title: remedy.title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], data }];
}

/** What has no fix is mended by hand, place by place. */
function placeActions(finding: Finding, diagnostic: Diagnostic, { at, client, uri }: Offer): CodeAction[] {
  const places =
    finding.related?.map(({ place }) => locationOf(place, at.snapshot.uris, at.snapshot.text)) ?? [];
  if (finding.remedy || !places.length || !client.commands) return [];
  const title =
    places.length === 1
      ? "Show the place that belongs to it"
      : `Show the ${places.length} places that belong to it`;
  const command = {
    title,
    command: CLIENT_COMMANDS.showPlaces,
    arguments: [{ uri, range: diagnostic.range }, places],
  };
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command }];
}

const dataFor = (
  what: ActionData["what"],
  findings: readonly Finding[],
  { snapshot, path }: At,
  uri: string,
): ActionData => ({
  uri,
  what,
  findings: findings.map((finding) => ({
    ...keyOf(finding, snapshot),
    version: snapshot.version(finding.at.path),
    ...(finding.at.path !== path && { path: finding.at.path }),
  })),
});

/** The reason is asked for by a client that can; else the edit leaves the cursor where it belongs. */
function ignoreAction(finding: Finding, diagnostic: Diagnostic, { at, client, uri }: Offer): CodeAction {
  const action = {
    title: `Ignore ${finding.rule} here, because ...`,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
  };
  const data = dataFor("ignore", [finding], at, uri);
  if (!client.asksReason) return { ...action, data };
  return { ...action, command: { title: action.title, command: SERVER_COMMANDS.ignore, arguments: [data] } };
}

function ruleActions({ rule }: Finding, diagnostic: Diagnostic, client: Client): CodeAction[] {
  const title = `Explain ${rule}`;
  const command: Command | undefined = client.commands
    ? { title, command: CLIENT_COMMANDS.showRule, arguments: [rule] }
    : client.showsDocuments
      ? { title, command: SERVER_COMMANDS.openPage, arguments: [rulePage(rule)] }
      : undefined;
  return command ? [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command }] : [];
}

/** For each rule under the cursor all of its fixes in the file and in the workspace; for the file all that stay in it. */
function fixAllActions(rules: ReadonlySet<string>, { at, uri }: Offer): CodeAction[] {
  const { snapshot, path } = at;
  const mendable = snapshot.report.findings.filter(isMendable);
  const here = mendable.filter((finding) => finding.at.path === path);
  const action = (title: string, kind: string, findings: readonly Finding[]): CodeAction => ({
    title,
    kind,
    data: dataFor("fix", findings, at, uri),
  });
  const several = (title: string, findings: readonly Finding[], few = 1): CodeAction[] =>
    findings.length > few ? [action(title, CodeActionKind.QuickFix, findings)] : [];
  const ofRules = [...rules].flatMap((rule) => {
    const all = mendable.filter((finding) => finding.rule === rule);
    const mine = here.filter((finding) => finding.rule === rule);
    return [
      ...several(`Fix all ${mine.length} ${rule} in this file`, mine),
      ...several(`Fix all ${all.length} ${rule} in the workspace`, all, Math.max(1, mine.length)),
    ];
  });
  const ofFile = rules.size
    ? several(`Fix all ${here.length} findings in this file that have a fix`, here)
    : [];
  const local = here.filter((finding) => staysIn(finding, path));
  const onSave = local.length ? [action("Fix all Rowguard findings within this file", FIX_ALL, local)] : [];
  return [...ofRules, ...ofFile, ...onSave];
}

/** Policies that are there are replaced one table at a time, and what is drafted is looked at. */
const isMendable = ({ remedy }: Finding): boolean =>
  remedy !== undefined && (remedy.kind !== "intent" || /^protect(-bucket)?$/.test(remedy.intent.verb));

/** Saving a file must not write another one. */
const staysIn = ({ remedy }: Finding, path: string): boolean =>
  remedy?.kind === "edit" && !remedy.files?.length && remedy.edits.every((edit) => edit.path === path);
