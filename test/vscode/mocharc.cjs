// The packed extension in a real VS Code: minutes where the others take milliseconds.
module.exports = {
  extension: ["ts"],
  "node-option": ["import=tsx"],
  timeout: 150_000,
  spec: ["test/vscode/**/*.test.ts"],
  ignore: ["test/vscode/extension/**"],
  bail: false,
  exit: true,
};
