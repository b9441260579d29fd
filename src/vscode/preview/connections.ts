import { parse } from "jsonc-parser";
import * as vscode from "vscode";
import type { OpenParams } from "../../protocol/database.ts";

/** A database that previews may run on. */
export interface Connection {
  readonly label: string;
  readonly open: OpenParams;
}

export interface Connections {
  /** The one to begin with: the workspace's own migrations, run on the embedded database. */
  first(): Connection | undefined;
  pick(): Promise<Connection | undefined>;
}

/** Those that `rowguard.config.json` names, each by the environment's variable that holds its address. */
async function configured(): Promise<Connection[]> {
  const found: Connection[] = [];
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const file = vscode.Uri.joinPath(uri, "rowguard.config.json");
    const text = await vscode.workspace.fs.readFile(file).then(
      (bytes) => new TextDecoder().decode(bytes),
      () => "{}",
    );
    const { connections = {} } = (parse(text) ?? {}) as { connections?: Record<string, unknown> };
    for (const [name, value] of Object.entries(connections)) {
      const url = typeof value === "string" ? value : (value as { variable?: unknown })?.variable;
      if (typeof url === "string")
        found.push({ label: name, open: { kind: "live", url, name, folder: uri.fsPath } });
    }
  }
  return found;
}

const NAMES = "rowguard.connections";
const secretOf = (name: string) => `rowguard.connection.${name}`;

/** The workspace's embedded databases, and connections whose addresses lie in the editor's secret storage. */
export function createConnections(context: vscode.ExtensionContext): Connections {
  const names = () => context.globalState.get<string[]>(NAMES, []);

  async function stored(name: string): Promise<Connection | undefined> {
    const url = await context.secrets.get(secretOf(name));
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    return url === undefined
      ? undefined
      : { label: name, open: { kind: "live", url, name, ...(folder ? { folder } : {}) } };
  }

  async function add(): Promise<Connection | undefined> {
    const name = await vscode.window.showInputBox({
      title: "Add a connection (1 of 2)",
      prompt: "What you call it, for example staging.",
      validateInput: (text) => (text.trim() ? undefined : "A connection needs a name."),
    });
    if (name === undefined) return undefined;
    const url = await vscode.window.showInputBox({
      title: "Add a connection (2 of 2)",
      prompt:
        "postgresql://user:password@host/database, or the name of an environment variable that holds it. It is kept in the editor's secret storage.",
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^postgres(ql)?:\/\/|^[A-Za-z_][A-Za-z0-9_]*$/.test(text.trim())
          ? undefined
          : "That is neither a postgresql:// address nor the name of a variable.",
    });
    if (url === undefined) return undefined;
    await context.secrets.store(secretOf(name.trim()), url.trim());
    await context.globalState.update(NAMES, [...new Set([...names(), name.trim()])]);
    return stored(name.trim());
  }

  async function remove(name: string): Promise<void> {
    await context.secrets.delete(secretOf(name));
    await context.globalState.update(
      NAMES,
      names().filter((each) => each !== name),
    );
  }

  return {
    first: () => embedded()[0],
    async pick() {
      const shared = await configured();
      return new Promise((resolve) => {
        const list = vscode.window.createQuickPick<Item>();
        list.title = "Preview on";
        list.matchOnDescription = true;
        list.items = itemsOf(shared, names());
        list.onDidTriggerItemButton(async ({ item }) => {
          if (item.name !== undefined) await remove(item.name);
          list.items = itemsOf(shared, names());
        });
        let accepted = false;
        list.onDidAccept(async () => {
          accepted = true;
          const item = list.selectedItems[0];
          list.hide();
          if (item?.connection) resolve(item.connection);
          else resolve(item?.name === undefined ? await add() : await stored(item.name));
        });
        list.onDidHide(() => {
          list.dispose();
          if (!accepted) resolve(undefined);
        });
        list.show();
      });
    },
  };
}

interface Item extends vscode.QuickPickItem {
  readonly connection?: Connection;
  readonly name?: string;
}

const embedded = (): Connection[] =>
  (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ uri, name }) => ({
      label: `${name} (embedded)`,
      open: { kind: "embedded", folder: uri.fsPath },
    }));

const itemsOf = (shared: readonly Connection[], names: readonly string[]): Item[] => [
  ...embedded().map((connection) => ({
    label: `$(package) ${connection.label}`,
    description: "the migrations and the seed, on an embedded PostgreSQL",
    connection,
  })),
  ...shared.map((connection) => ({
    label: `$(database) ${connection.label}`,
    description: "of the configuration, read only",
    connection,
  })),
  ...names.map((name) => ({
    label: `$(database) ${name}`,
    description: "your own database, read only",
    name,
    buttons: [{ iconPath: new vscode.ThemeIcon("trash"), tooltip: `Forget ${name}` }],
  })),
  { label: "$(add) Add a connection ..." },
];
