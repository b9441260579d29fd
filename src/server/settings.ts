import { type Connection, DidChangeConfigurationNotification } from "vscode-languageserver";
import type { EditorSettings } from "../protocol/requests.ts";
import type { Client } from "./client.ts";

/** The editor's own settings as they are now. */
export interface Settings {
  readonly now: EditorSettings;
  /** To be called once the client is ready. */
  start(): void;
}

const DEFAULTS: EditorSettings = { run: "onType", runMigrations: true, severities: {} };

/** Reads the client's settings at the start and whenever they change; what cannot be used is as if not said. */
export function listenToSettings(connection: Connection, client: Client, onChange: () => void): Settings {
  let now = DEFAULTS;
  const take = (given: unknown) => {
    now = decodeSettings(given);
    onChange();
  };
  const ask = async () => {
    try {
      take(await connection.workspace.getConfiguration("rowguard"));
    } catch (error) {
      connection.console.error(`The editor's settings could not be read: ${(error as Error).message}`);
    }
  };
  connection.onDidChangeConfiguration(({ settings }) => {
    if (client.configures) void ask();
    else take((settings as { rowguard?: unknown } | null)?.rowguard);
  });
  return {
    get now() {
      return now;
    },
    start() {
      if (client.configures) void ask();
      if (!client.hearsConfiguration) return;
      const { type } = DidChangeConfigurationNotification;
      void connection.client.register(type, { section: "rowguard" }).catch(() => {});
    },
  };
}

const LEVELS = ["error", "warning", "information", "hint", "off"] as const;

export function decodeSettings(given: unknown): EditorSettings {
  const { run, runMigrations, severities } = recordOf(given);
  const known = Object.entries(recordOf(severities)).flatMap(([severity, shown]) => {
    const level = LEVELS.find((each) => each === shown);
    return level ? [[severity, level] as const] : [];
  });
  return {
    run: run === "onSave" ? "onSave" : "onType",
    runMigrations: runMigrations !== false,
    severities: Object.fromEntries(known),
  };
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
