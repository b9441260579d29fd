import { type Command, Option } from "commander";
import type { Project } from "../project/project.ts";
import { type Folder, findFolders } from "./folders.ts";
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
  const { project, configuration } = await readWorkspace(folder!, flags, terminal);
  const { withConnection } = await import("./connection.ts");
  const { execute } = await import("./executed.ts");
  const { readCatalog } = await import("../database/executed/read.ts");
  const { findDrift } = await import("../database/executed/drift.ts");
  const drift = await withConnection(
    flags.database,
    { folder: folder!, configuration },
    terminal,
    async ({ client, power }) => {
      const migrations = await execute(project, terminal);
      const database = await readCatalog(client, project.platform);
      return findDrift(migrations, database, { version: power.version });
    },
  );
  const { renderDrift, renderDriftJson } = await import("../report/drift.ts");
  terminal.print(flags.format === "json" ? renderDriftJson(drift) : renderDrift(drift, terminal));
  return drift.length ? EXIT.findings : EXIT.clean;
}

async function readWorkspace(folder: Folder, flags: DiffFlags, terminal: Terminal) {
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder, flags, terminal, async (workspace) => {
    const projects = await workspace.projects();
    const project: Project | undefined = projects.find(({ tablesFrom }) => tablesFrom !== "nothing");
    if (!project)
      throw new CannotRun(`Nothing in ${folder.root} makes tables: no migrations and no schema.prisma.`);
    return { project, configuration: await workspace.configuration() };
  });
}
