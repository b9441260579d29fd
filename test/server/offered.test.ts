import assert from "node:assert/strict";
import type { RegistrationParams, ServerCapabilities } from "vscode-languageserver";
import { OFFERED } from "../../src/vscode/offered.ts";
import { CAPABLE, eventually, withClient } from "./plain-client.ts";

/** Those whose capability is not called by their method. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  workspaceSymbolProvider: ["workspace/symbol"],
  executeCommandProvider: ["workspace/executeCommand"],
  textDocumentSync: ["didOpen", "didChange", "didSave", "didClose"].map((name) => `textDocument/${name}`),
  workspace: ["workspace/didChangeWorkspaceFolders"],
};

const methodsOf = (capabilities: ServerCapabilities): string[] =>
  Object.keys(capabilities).flatMap(
    (name) => METHODS[name] ?? [`textDocument/${name.replace(/Provider$/, "")}`],
  );

describe("what the extension's client is ready for", () => {
  it("is what the server offers, at once or when it is ready, and nothing else", () => {
    const { workspace } = CAPABLE;
    const didChangeConfiguration = { dynamicRegistration: true };
    const capabilities = {
      ...CAPABLE,
      workspace: { ...workspace, configuration: true, didChangeConfiguration },
    };
    return withClient({}, { capabilities }, async (client) => {
      const registered = () =>
        client.heard.flatMap(({ method, params }) =>
          method === "client/registerCapability" ? (params as RegistrationParams).registrations : [],
        );
      await eventually(() => assert.equal(registered().length, 2));
      const offered = [
        ...methodsOf(client.initialized.capabilities),
        ...registered().map(({ method }) => method),
        // Its diagnostics want it of the library.
        "notebookDocument/sync",
      ];
      assert.deepEqual([...OFFERED].sort(), offered.sort());
    });
  });
});
