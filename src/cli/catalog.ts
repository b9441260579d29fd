import { type Command, Option } from "commander";
import type { Project } from "../project/project.ts";
import type { Run } from "../report/catalog-json.ts";
import { findFolders } from "./folders.ts";
import { complainMissed, type Missed, requireTables, withoutTables } from "./incomplete.ts";
import { addWorkspaceOptions, type WorkspaceFlags } from "./shared-options.ts";
import { EXIT, type Terminal } from "./terminal.ts";

interface CatalogFlags extends WorkspaceFlags {
  readonly format: "text" | "json";
  readonly executed?: boolean;
}

export function defineCatalog(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("catalog")
    .summary("show the database that the sources make")
    .description(
      "Shows what the database holds after the migrations ran: tables, switches, policies and the rest.",
    )
    .argument("[folder]", "the workspace; the current folder by default")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--executed", "run the migrations on an embedded PostgreSQL, and show what came of it");
  addWorkspaceOptions(command).action(async (folder: string | undefined, flags: CatalogFlags) => {
    finish(await printCatalog(folder, flags, terminal));
  });
}

interface ExecutedRun extends Run {
  /** The project with what is there after the run. */
  readonly executed: Project;
}

async function printCatalog(
  name: string | undefined,
  flags: CatalogFlags,
  terminal: Terminal,
): Promise<number> {
  const [folder] = findFolders(name === undefined ? [] : [name], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  if (flags.executed) await (await import("./executed.ts")).warmEngine();
  const { read, missed } = await withWorkspace(folder!, flags, terminal, async (workspace) => ({
    read: await workspace.projects(),
    missed: await complainMissed(workspace, folder!, terminal),
  }));
  const runs = flags.executed ? await executeAll(read, flags, terminal) : undefined;
  const projects = runs?.map(({ executed }) => executed) ?? read;
  const incomplete = [...missed.incomplete, ...withoutTables(projects, folder!.root)];
  terminal.print(await render(projects, { runs, incomplete }, flags, terminal));
  requireTables(projects, folder!.root);
  return missed.exit(EXIT.clean);
}

/** Each project with the catalog of a database that ran its history; what failed there is told apart. */
async function executeAll(
  projects: readonly Project[],
  flags: CatalogFlags,
  terminal: Terminal,
): Promise<ExecutedRun[]> {
  const { execute } = await import("./executed.ts");
  const runs: ExecutedRun[] = [];
  for (const project of projects) {
    if (project.tablesFrom === "nothing") continue;
    const { catalog, texts, ...run } = await execute(project, terminal, flags);
    const text = (path: string) => texts.get(path) ?? project.text(path);
    runs.push({ ...run, project, executed: { ...project, catalog, text } });
  }
  return runs;
}

async function render(
  projects: readonly Project[],
  { runs, incomplete }: Pick<Missed, "incomplete"> & { readonly runs: readonly ExecutedRun[] | undefined },
  flags: CatalogFlags,
  terminal: Terminal,
): Promise<string> {
  if (flags.format === "json")
    return (await import("../report/catalog-json.ts")).renderCatalogJson(projects, incomplete, runs);
  return (await import("../report/catalog-text.ts")).renderCatalogText(projects, terminal);
}
