import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { version } from "../../package.json";
import type { Project } from "../project/project.ts";
import { knownKind } from "../project/scope-words.ts";
import type { InitJson } from "../report/init-shape.ts";
import { findFolders } from "./folders.ts";
import { complainMissed } from "./incomplete.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

const NAME = "rowguard.config.json";

interface InitFlags {
  readonly format: "text" | "json";
}

export function defineInit(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  program
    .command("init")
    .summary(`write ${NAME}`)
    .description(`Writes ${NAME} with what was found out as comments, to be corrected where it is wrong.`)
    .argument("[folder]", "the workspace; the current folder by default")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .action(async (folder: string | undefined, { format }: InitFlags) => {
      finish(await init(folder, format, terminal));
    });
}

/** Throws CannotRun where there is a configuration already. */
async function init(
  name: string | undefined,
  format: InitFlags["format"],
  terminal: Terminal,
): Promise<number> {
  const [folder] = findFolders(name === undefined ? [] : [name], terminal.cwd);
  const { root, prefix } = folder!;
  const path = join(root, NAME);
  refuseExisting(existsSync(path), prefix);
  const { withWorkspace } = await import("./open.ts");
  const { projects, missed } = await withWorkspace(folder!, { cache: true }, terminal, async (workspace) => ({
    projects: await workspace.projects(),
    missed: await complainMissed(workspace, folder!, terminal),
  }));
  try {
    writeFileSync(path, renderConfiguration(projects, schemaOf(root)), { flag: "wx" });
  } catch (error) {
    refuseExisting((error as NodeJS.ErrnoException).code === "EEXIST", prefix);
    throw new CannotRun(`${prefix}${NAME} could not be written: ${(error as Error).message}.`);
  }
  if (format === "json") {
    const { stringify } = await import("../report/json.ts");
    const document: InitJson = {
      version: 1,
      created: `${prefix}${NAME}`,
      found: inferredOf(projects),
      incomplete: [...missed.incomplete],
    };
    terminal.print(stringify(document));
  } else
    terminal.print(
      `Wrote ${prefix}${NAME}. Everything in it is optional; comments say what was found out.\n`,
    );
  return missed.exit(EXIT.clean);
}

function refuseExisting(exists: boolean, prefix: string): void {
  if (exists) throw new CannotRun(`${prefix}${NAME} exists already; it is left as it is.`);
}

const schemaOf = (root: string): string =>
  existsSync(join(root, "node_modules/rowguard/media/config.schema.json"))
    ? "./node_modules/rowguard/media/config.schema.json"
    : `https://unpkg.com/rowguard@${version}/media/config.schema.json`;

/** The configuration of a workspace as it was found, every key a comment: uncommented, it changes nothing. */
export function renderConfiguration(projects: readonly Project[], schema: string): string {
  const inferred = JSON.stringify(inferredOf(projects), null, 2).split("\n").slice(1, -1);
  return [
    "{",
    `  "$schema": ${JSON.stringify(schema)},`,
    "",
    "  // What was found out. Uncomment what you want to be otherwise.",
    ...inferred
      .map((line) => `  //${line.slice(1)}`)
      .map((line) => (/[[{,]$/.test(line) ? line : `${line},`)),
    "",
    '  // Severities by rule: "error", "warning", "info" or "off".',
    '  "rules": {}',
    "}",
    "",
  ].join("\n");
}

function inferredOf(projects: readonly Project[]): Record<string, unknown> {
  const [first] = projects;
  if (!first) return { threshold: "warning" };
  const { platform, settings, tenancy } = first;
  const scopes = [...tenancy.scopes].filter(([, scope]) => knownKind(scope) !== "unknown");
  return {
    platform: platform.id,
    clientRoles: settings.clientRoles,
    exposedSchemas: settings.exposedSchemas,
    ...(settings.callerSettings.length && { callerSettings: settings.callerSettings }),
    tenancy: {
      ...(tenancy.tenant && { tenantTable: tenancy.tenant.table }),
      ...(tenancy.user && { userTable: tenancy.user.table }),
      scopes: Object.fromEntries(scopes.map(([table, { kind }]) => [table, kind])),
    },
    threshold: "warning",
  };
}
