import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { Folder, Snapshot } from "./folder.ts";
import type { Folders } from "./folders.ts";

/** A document that a request is about, and the report that it is answered from. */
export interface At {
  readonly folder: Folder;
  readonly path: string;
  readonly snapshot: Snapshot;
}

interface AboutDocument {
  readonly textDocument: { readonly uri: string };
}

/**
 * Answers requests about a document from the newest report; a document that is nobody's gets nothing. One that was
 * cancelled while the report was made is not worked on.
 */
export const answerAt =
  <Params extends AboutDocument, Answer>(
    folders: Folders,
    work: (here: At, params: Params) => Answer | Promise<Answer>,
    nothing: Answer,
  ) =>
  async (params: Params, token: CancellationToken): Promise<Answer> => {
    const found = folders.of(params.textDocument.uri);
    if (!found) return nothing;
    const snapshot = await found.folder.current();
    return work(unlessCancelled(token, { ...found, snapshot }), params);
  };

/** A result for who still wants it. */
export function unlessCancelled<Result>(token: CancellationToken, result: Result): Result {
  if (!token.isCancellationRequested) return result;
  throw new ResponseError(LSPErrorCodes.RequestCancelled, "The request was cancelled.");
}

/** A token of LSP as the rest of the program knows such. */
export function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
