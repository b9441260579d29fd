const vscode = require("vscode");

/** Underlines `selekt` as a language server of SQL would. */
exports.activate = ({ subscriptions }) => {
  const collection = vscode.languages.createDiagnosticCollection("pg");
  const check = (document) => {
    const offset = document.languageId === "sql" ? document.getText().indexOf("selekt") : -1;
    if (offset < 0) return collection.delete(document.uri);
    const range = new vscode.Range(document.positionAt(offset), document.positionAt(offset + 6));
    const found = new vscode.Diagnostic(range, 'Invalid statement: syntax error at or near "selekt"');
    found.source = "pg";
    collection.set(document.uri, [found]);
  };
  vscode.workspace.textDocuments.forEach(check);
  subscriptions.push(
    collection,
    vscode.workspace.onDidChangeTextDocument(({ document }) => check(document)),
    vscode.workspace.onDidOpenTextDocument(check),
  );
};
