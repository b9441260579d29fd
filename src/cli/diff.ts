import { type Command, Option } from "commander";
import type { Project } from "../project/project.ts";
import { type Folder, findFolders } from "./folders.ts";
import { complainMissed } from "./incomplete.ts";
import { addWorkspaceOptions, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

interface DiffFlags extends WorkspaceFlags {
  readonly database: string;
  readonly format: "text" | "json";
}

export function defineDiff(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("diff")
    .summary("show where a live database and the migrations differ")
    .description(
      "Shows drift: what a live database has and the migrations do not make, and the other way round. The migrations run on an embedded PostgreSQL; nothing of the live one is changed.",
    )
    .argument("[folder]", "the workspace; the current folder by default")
    .requiredOption(
      "--database <connection>",
      "the live database: its URL, a name of the configuration, or a variable",
    )
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
  addWorkspaceOptions(command).action(async (folder: string | undefined, flags: DiffFlags) => {
    finish(await diff(folder, flags, terminal));
  });
}

/** Exit code 1 where there is drift. */
async function diff(name: string | undefined, flags: DiffFlags, terminal: Terminal): Promise<number> {
  const [folder] = findFolders(name === undefined ? [] : [name], terminal.cwd);
  const { execute, warmEngine } = await import("./executed.ts");
  await warmEngine();
  const { project, configuration, missed } = await readWorkspace(folder!, flags, terminal);
  const { withConnection } = await import("./connection.ts");
  const { readCatalog } = await import("../database/executed/read.ts");
  const { reprintViews } = await import("../database/executed/views.ts");
  const { findDrift } = await import("../database/executed/drift.ts");
  const unseen: string[] = [];
  const drift = await withConnection(
    flags.database,
    { folder: folder!, configuration },
    terminal,
    async ({ client, power }) => {
      const database = await readCatalog(client, project.platform);
      for (const [object, table] of database.unseen)
        unseen.push(
          `The login ${power.login} does not see every row of ${table}: ${object} are not compared.`,
        );
      for (const sentence of unseen) terminal.complain(`${sentence}\n`);
      let reprinted: ReadonlyMap<string, string> = new Map();
      const migrations = await execute(project, terminal, flags, async (embedded) => {
        reprinted = await reprintViews(embedded, database);
      });
      return findDrift(migrations, database, { reprinted, migrationRole: project.platform.migrationRole });
    },
  );
  const { renderDrift, renderDriftJson } = await import("../report/drift.ts");
  const isJson = flags.format === "json";
  terminal.print(
    isJson ? renderDriftJson(drift, [...missed.incomplete, ...unseen]) : renderDrift(drift, terminal),
  );
  return missed.exit(drift.length ? EXIT.findings : EXIT.clean);
}

async function readWorkspace(folder: Folder, flags: DiffFlags, terminal: Terminal) {
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(
    folder,
    flags,
    terminal,
    async (workspace) => {
      const projects = await workspace.projects();
      const missed = await complainMissed(workspace, folder, terminal);
      const project: Project | undefined = projects.find(({ tablesFrom }) => tablesFrom !== "nothing");
      if (!project)
        throw new CannotRun(`Nothing in ${folder.root} makes tables: no migrations and no schema.prisma.`);
      return { project, configuration: await workspace.configuration(), missed };
    },
    { withoutCode: true },
  );
}
