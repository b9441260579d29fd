// Mocha adds the files it is called with to `spec`; here they replace it.
const named = process.argv.slice(2).some((argument) => argument.startsWith("test"));

module.exports = {
  extension: ["ts"],
  "node-option": ["import=tsx"],
  timeout: 20000,
  ignore: ["test/vscode/**", "test/workspaces/**"],
  ...(named ? {} : { spec: ["test/**/*.test.ts"] }),
};
