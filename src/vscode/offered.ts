/** What the server offers. The library is ready for twice as much, and each would take its time at the start. */
export const OFFERED: ReadonlySet<string> = new Set([
  "textDocument/didOpen",
  "textDocument/didChange",
  "textDocument/didSave",
  "textDocument/didClose",
  "textDocument/diagnostic",
  "textDocument/codeAction",
  "textDocument/codeLens",
  "textDocument/hover",
  "textDocument/definition",
  "textDocument/references",
  "textDocument/documentSymbol",
  "textDocument/completion",
  "textDocument/rename",
  "workspace/symbol",
  "workspace/executeCommand",
  "workspace/didChangeWatchedFiles",
  "workspace/didChangeConfiguration",
  "workspace/didChangeWorkspaceFolders",
  // Diagnostics ask it whether a document is a notebook's.
  "notebookDocument/sync",
]);
