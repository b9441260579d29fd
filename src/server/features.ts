import type { Connection } from "vscode-languageserver";
import { codeActions } from "./actions.ts";
import type { Client } from "./client.ts";
import { completionsAt } from "./completion/completion.ts";
import { ruleWords } from "./completion/rules.ts";
import type { Folders } from "./folders.ts";
import { hoverAt } from "./hover.ts";
import { codeLenses, documentOf, resolveLens } from "./lenses.ts";
import { findDefinition, findReferences } from "./navigation.ts";
import { answerOverviews } from "./overview.ts";
import { prepareRename, renameAt } from "./rename.ts";
import { answerAt, signalOf, unlessCancelled } from "./requests.ts";
import { resolveAction } from "./resolve-action.ts";
import { documentSymbols, workspaceSymbols } from "./symbols.ts";
import type { Trials } from "./trial.ts";

/** Answers every request about a document or the workspace from the newest report. */
export function listenToFeatures(
  connection: Connection,
  client: Client,
  folders: Folders,
  trials: Trials,
): void {
  connection.onHover(
    answerAt(
      folders,
      ({ snapshot, path }, { position }) => hoverAt(snapshot, path, position, client) ?? null,
      null,
    ),
  );
  connection.onDefinition(
    answerAt(folders, ({ snapshot, path }, { position }) => findDefinition(snapshot, path, position), []),
  );
  connection.onReferences(
    answerAt(
      folders,
      ({ snapshot, path }, { position, context }) =>
        findReferences(snapshot, path, position, context.includeDeclaration),
      [],
    ),
  );
  connection.onDocumentSymbol(answerAt(folders, ({ snapshot, path }) => documentSymbols(snapshot, path), []));
  connection.onCodeLens(answerAt(folders, ({ snapshot, path }) => codeLenses(snapshot, path, client), []));
  connection.onCodeLensResolve(async (lens, token) => {
    const snapshot = await folders.of(documentOf(lens))?.folder.current();
    return snapshot ? resolveLens(lens, unlessCancelled(token, snapshot), client) : lens;
  });
  connection.onCompletion(
    answerAt(
      folders,
      ({ snapshot, path }, { position }) => completionsAt(snapshot, path, position, ruleWords(), client),
      [],
    ),
  );
  connection.onPrepareRename(
    answerAt(
      folders,
      ({ snapshot, path }, { position }) => prepareRename(snapshot, path, position) ?? null,
      null,
    ),
  );
  connection.onRenameRequest(
    answerAt(folders, (at, { position, newName }) => renameAt(at, position, newName, client), null),
  );
  connection.onCodeAction(
    answerAt(
      folders,
      async (at, params) => {
        const actions = codeActions(params, at, client);
        if (client.resolvesActions) return actions;
        // Listing actions tries nothing: what needs a trial ends in a command.
        const resolving = { client };
        return Promise.all(actions.map((action) => resolveAction(action, folders, resolving)));
      },
      [],
    ),
  );
  // While an action takes long to resolve, VS Code may forget the command that it ends in, and say nothing: there, what
  // needs a trial is the command itself.
  const tried = client.commands ? {} : { trials };
  connection.onCodeActionResolve((action, token) =>
    resolveAction(action, folders, { client, ...tried, signal: signalOf(token) }),
  );
  connection.onWorkspaceSymbol(async ({ query }, token) => {
    const snapshots = await Promise.all(folders.all().map((folder) => folder.current()));
    return unlessCancelled(token, snapshots).flatMap((snapshot) => workspaceSymbols(snapshot, query));
  });
  answerOverviews(connection, folders);
}
