import type { CodeAction, Connection } from "vscode-languageserver";
import { OVERVIEW, type Overview } from "../protocol/requests.ts";
import { type ActionData, codeActions, findFinding, workspaceEditOf } from "./actions.ts";
import { completionsAt } from "./completion.ts";
import type { Folder, Snapshot } from "./folder.ts";
import type { Folders } from "./folders.ts";
import { hoverAt } from "./hover.ts";
import { codeLenses } from "./lenses.ts";
import { findDefinition, findReferences } from "./navigation.ts";
import { overviewOf } from "./overview.ts";
import { prepareRename, renameAt } from "./rename.ts";
import { ruleWords } from "./rule-words.ts";
import { documentSymbols, workspaceSymbols } from "./symbols.ts";

interface At {
  readonly folder: Folder;
  readonly path: string;
  readonly snapshot: Snapshot;
}

/** Answers every request about a document from the newest report; a document that is nobody's gets nothing. */
export function listenToFeatures(connection: Connection, folders: Folders): void {
  const at = async (uri: string): Promise<At | undefined> => {
    const found = await folders.of(uri);
    return found && { ...found, snapshot: await found.folder.current() };
  };
  const answer =
    <P extends { textDocument: { uri: string } }, R>(
      work: (here: At, params: P) => R | Promise<R>,
      nothing: R,
    ) =>
    async (params: P): Promise<R> => {
      const here = await at(params.textDocument.uri);
      return here ? work(here, params) : nothing;
    };

  connection.onHover(
    answer(({ snapshot, path }, { position }) => hoverAt(snapshot, path, position) ?? null, null),
  );
  connection.onDefinition(
    answer(({ snapshot, path }, { position }) => findDefinition(snapshot, path, position), []),
  );
  connection.onReferences(
    answer(
      ({ snapshot, path }, { position, context }) =>
        findReferences(snapshot, path, position, context.includeDeclaration),
      [],
    ),
  );
  connection.onDocumentSymbol(answer(({ snapshot, path }) => documentSymbols(snapshot, path), []));
  connection.onCodeLens(answer(({ snapshot, path }) => codeLenses(snapshot, path), []));
  connection.onCompletion(
    answer(({ snapshot, path }, { position }) => completionsAt(snapshot, path, position, ruleWords()), []),
  );
  connection.onPrepareRename(
    answer(({ snapshot, path }, { position }) => prepareRename(snapshot, path, position) ?? null, null),
  );
  connection.onRenameRequest(
    answer(
      ({ folder, snapshot, path }, { position, newName }) =>
        renameAt(folder, snapshot, path, position, newName),
      null,
    ),
  );
  connection.onCodeAction(
    answer(({ folder, snapshot, path }, params) => codeActions(params, folder, snapshot, path), []),
  );
  connection.onCodeActionResolve((action) => resolveAction(action, folders));
  connection.onWorkspaceSymbol(async ({ query }) => {
    const snapshots = await Promise.all((await folders.all()).map((folder) => folder.current()));
    return snapshots.flatMap((snapshot) => workspaceSymbols(snapshot, query));
  });
  connection.onRequest(OVERVIEW, async (): Promise<Overview> => {
    const all = await folders.all();
    return {
      folders: await Promise.all(all.map(async (folder) => overviewOf(folder, await folder.current()))),
    };
  });
}

/** Makes the edit when it is chosen. A finding that is gone by then gives no edit, and nothing happens. */
async function resolveAction(action: CodeAction, folders: Folders): Promise<CodeAction> {
  const data = action.data as ActionData | undefined;
  const folder = data && (await folders.all()).find(({ uri }) => uri === data.folder);
  if (!data || !folder) return action;
  const snapshot = await folder.current();
  const findings = data.findings.flatMap((each) => findFinding(snapshot, data.path, each) ?? []);
  if (!findings.length) return action;
  const fix =
    data.what === "ignore"
      ? await folder.workspace.ignoreFix(findings[0]!, "say why")
      : await folder.workspace.resolveFixes(findings, new Date(), true);
  return fix ? { ...action, edit: workspaceEditOf(fix, folder, snapshot, () => null) } : action;
}
