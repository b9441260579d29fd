// The packed extension in a real VS Code: minutes where the others take milliseconds.
module.exports = {
  extension: ["ts"],
  "node-option": ["import=tsx"],
  timeout: 150_000,
  spec: ["test/vscode/**/*.test.ts"],
  // Those run in the extension host, which `extension-host.test.ts` starts.
  ignore: ["test/vscode/{extension,restricted}/**"],
  bail: false,
  exit: true,
};
