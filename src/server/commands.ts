import type { Connection, ExecuteCommandParams, Range } from "vscode-languageserver";
import { ASK_REASON, type ReasonWanted } from "../protocol/requests.ts";
import type { ActionData } from "./actions.ts";
import type { Client } from "./client.ts";
import { SERVER_COMMANDS } from "./command-names.ts";
import { workspaceEditOf } from "./edits.ts";
import type { Folders } from "./folders.ts";
import { policyCommands } from "./policy-commands.ts";
import { findChosen } from "./resolve-action.ts";
import type { Trials } from "./trial.ts";

/** Runs the commands that actions of this server end in. What another program sends is read with care and else let be. */
export function listenToCommands(
  connection: Connection,
  client: Client,
  folders: Folders,
  trials: Trials,
): void {
  const policies = policyCommands(connection, client, folders, trials, run);
  connection.onExecuteCommand(run);

  async function run({ command, arguments: given = [] }: ExecuteCommandParams): Promise<void> {
    const [first, second] = given as [unknown, unknown];
    if (command === SERVER_COMMANDS.ignore) await ignore(connection, client, folders, first as ActionData);
    else if (command === SERVER_COMMANDS.mend) await policies.mend(first as ActionData);
    else if (command === SERVER_COMMANDS.protect) await policies.protect(textOf(first), textOf(second));
    else if (command === SERVER_COMMANDS.setScope) await policies.setScope(textOf(first), textOf(second));
    else if (command === SERVER_COMMANDS.setTenant) await policies.setTenant(textOf(first));
    else if (typeof first !== "string") return;
    else if (command === SERVER_COMMANDS.tell) connection.window.showInformationMessage(first);
    else if (command === SERVER_COMMANDS.openPage && first.startsWith("https://"))
      await connection.window.showDocument({ uri: first, external: true });
    else if (command === SERVER_COMMANDS.show && folders.of(first))
      await connection.window.showDocument({
        uri: first,
        takeFocus: true,
        ...(isRange(second) && { selection: second }),
      });
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const isRange = (value: unknown): value is Range => typeof value === "object" && value !== null;

/** Asks why, and writes it where the finding is; nothing happens where the user thinks better of it. */
async function ignore(
  connection: Connection,
  client: Client,
  folders: Folders,
  data: ActionData,
): Promise<void> {
  const asked = await findChosen(data, folders);
  if (!asked) return;
  const { rule, message } = asked.findings[0]!;
  const reason = await connection.sendRequest<string | null>(ASK_REASON, {
    rule,
    message,
  } satisfies ReasonWanted);
  if (!reason?.trim()) return;
  // Asking takes a while: the finding must still be there.
  const chosen = await findChosen(data, folders);
  const fix = chosen && (await chosen.folder.workspace.ignoreFix(chosen.findings[0]!, reason));
  const edit =
    fix && chosen.folder.isCurrent(chosen.snapshot) && workspaceEditOf(fix, chosen.snapshot, client);
  if (edit) await connection.workspace.applyEdit({ label: fix.title, edit });
  else connection.window.showInformationMessage("The file changed meanwhile, and nothing was written.");
}
