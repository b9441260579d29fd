import type { CodeAction } from "vscode-languageserver";
import { withModule } from "../project/drafts.ts";
import type { Finding } from "../text/finding.ts";
import { needsTrial } from "../workspace/fix/needs-trial.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type ActionData, findOffered } from "./actions.ts";
import type { Client } from "./client.ts";
import { SERVER_COMMANDS } from "./command-names.ts";
import type { Snapshot } from "./folder.ts";
import type { Folders, Found } from "./folders.ts";
import { ignoreEdit } from "./ignore.ts";
import { draftOf, type Mending, mendFindings, OUTDATED, type Result, show, tell } from "./mend.ts";
import type { Trials } from "./trial.ts";

/** What making an edit takes besides the findings. Without trials, what needs one becomes a command. */
export type Resolving = Pick<Mending, "client" | "signal"> & Partial<Pick<Mending, "trials">>;

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
  const findings = data.findings.flatMap(
    (each) => findOffered(snapshot, each.path ?? found.path, each) ?? [],
  );
  if (findings.length !== data.findings.length) return undefined;
  return { ...found, snapshot, findings: data.what === "module" ? findings.map(asModule) : findings };
}

const asModule = (finding: Finding): Finding => {
  const remedy = withModule(finding.remedy);
  return remedy ? { ...finding, remedy } : finding;
};

/**
 * Makes the edit when it is chosen. Where nothing can be written, the action says what to do instead. Editors ask for
 * those too that end in a command from the start.
 */
export async function resolveAction(
  action: CodeAction,
  folders: Folders,
  resolving: Resolving,
): Promise<CodeAction> {
  const data = action.data as ActionData | undefined;
  if (!data && action.command) return action;
  const chosen = data && (await findChosen(data, folders));
  if (!chosen) return { ...action, command: tell(OUTDATED) };
  const result = data.what === "ignore" ? ignore(chosen, resolving.client) : mend(data, chosen, resolving);
  return { ...action, ...(await result) };
}

async function ignore({ folder, snapshot, findings }: Chosen, client: Client): Promise<Result> {
  const made = await ignoreEdit(folder, snapshot, findings[0]!, client);
  if (!made) return { command: tell("This cannot be written here: the file changed, or must be created.") };
  const { edit, reasonAt } = made;
  const shows = client.showsDocuments && !client.editsSnippets;
  return { edit, ...(shows && { command: show(reasonAt.uri, reasonAt.range) }) };
}

/** Where something is known to the user alone, the action ends in the command that asks for it. */
async function mend(
  data: ActionData,
  { folder, snapshot, findings }: Chosen,
  { client, trials, signal }: Resolving,
): Promise<Result> {
  const { workspace } = folder;
  const asks = (await workspace.questions(findings)).length > 0;
  if (asks || (!trials && (await wantsTrial(workspace, findings))))
    return { command: { title: "Write", command: SERVER_COMMANDS.mend, arguments: [data] } };
  const mending = { folder, snapshot, client, signal, trials: trials ?? NO_TRIALS };
  return mendFindings(findings, {}, mending);
}

const wantsTrial = async (workspace: Workspace, findings: readonly Finding[]): Promise<boolean> => {
  if (findings.some(draftOf)) return true;
  const fix = await workspace.resolveFixes(findings, new Date(), { generate: true });
  return fix !== undefined && needsTrial(fix);
};

/** Only for what needs none. */
const NO_TRIALS: Trials = async () => ({ unproven: [], tried: 0 });
