import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** The panel's page: nothing but its own script and style may load, and nothing may be fetched. */
export function renderPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (...path: string[]) =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${at("media", "preview.css")}">
<title>Preview</title>
</head>
<body>
<script nonce="${nonce}" src="${at("dist", "preview.js")}"></script>
</body>
</html>`;
}
