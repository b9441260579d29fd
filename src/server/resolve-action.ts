import type { CodeAction, Command, Range } from "vscode-languageserver";
import { CLIENT_COMMANDS } from "../protocol/requests.ts";
import type { Finding } from "../text/finding.ts";
import { type ActionData, findFinding } from "./actions.ts";
import type { Client } from "./client.ts";
import { SERVER_COMMANDS } from "./command-names.ts";
import { workspaceEditOf } from "./edits.ts";
import type { Snapshot } from "./folder.ts";
import type { Folders, Found } from "./folders.ts";
import { ignoreEdit } from "./ignore.ts";

/** The findings of an action as they are now, and where they are. */
export interface Chosen extends Found {
  readonly snapshot: Snapshot;
  readonly findings: readonly Finding[];
}

/** Undefined where the document is another by now, or a finding is gone: what was offered is no longer true. */
export async function findChosen(data: ActionData, folders: Folders): Promise<Chosen | undefined> {
  const found = folders.of(data.uri);
  if (!found) return undefined;
  const snapshot = await found.folder.current();
  const findings = data.findings.flatMap((each) => findFinding(snapshot, found.path, each) ?? []);
  return findings.length === data.findings.length ? { ...found, snapshot, findings } : undefined;
}

/** Makes the edit when it is chosen. Where nothing can be written, the action says what to do instead. */
export async function resolveAction(
  action: CodeAction,
  folders: Folders,
  client: Client,
): Promise<CodeAction> {
  const data = action.data as ActionData | undefined;
  const chosen = data && (await findChosen(data, folders));
  if (!chosen) return { ...action, command: tell(OUTDATED) };
  return { ...action, ...(await (data.what === "ignore" ? ignore(chosen, client) : mend(chosen, client))) };
}

const OUTDATED = "The file changed meanwhile; the fix was not applied. Choose it again.";

type Result = Pick<CodeAction, "edit" | "command">;

async function ignore({ folder, snapshot, findings }: Chosen, client: Client): Promise<Result> {
  const made = await ignoreEdit(folder, snapshot, findings[0]!, client);
  if (!made) return { command: tell("This cannot be written here: the file changed, or must be created.") };
  const { edit, reasonAt } = made;
  const shows = client.showsDocuments && !client.editsSnippets;
  return { edit, ...(shows && { command: show(reasonAt.uri, reasonAt.range) }) };
}

async function mend({ folder, snapshot, findings }: Chosen, client: Client): Promise<Result> {
  const fix = await folder.workspace.resolveFixes(findings, new Date(), true);
  if (!folder.isCurrent(snapshot)) return { command: tell(OUTDATED) };
  if (!fix) return { command: instead(findings[0]!, client) };
  const edit = workspaceEditOf(fix, snapshot, client);
  if (!edit) return { command: tell("This editor cannot create files; run: rowguard fix") };
  // A file that was made where nobody looks would be missed.
  const [made] = fix.files;
  return { edit, ...(made && client.showsDocuments && { command: show(snapshot.uris.uri(made.path)) }) };
}

/** What wants a decision is offered as the command that asks for it. */
function instead({ remedy, message }: Finding, client: Client): Command {
  if (remedy?.kind !== "intent") return tell(`Nothing could be written for this: ${message}`);
  const { command } = remedy.intent;
  return client.commands
    ? { title: remedy.title, command: CLIENT_COMMANDS.offerCommand, arguments: [command] }
    : tell(`${remedy.title}: run \`${command}\` in a terminal.`);
}

const tell = (sentence: string): Command => ({
  title: sentence,
  command: SERVER_COMMANDS.tell,
  arguments: [sentence],
});

const show = (uri: string, range?: Range): Command => ({
  title: "Show",
  command: SERVER_COMMANDS.show,
  arguments: range ? [uri, range] : [uri],
});
