import { type Command, Option } from "commander";
import type { Project } from "../project/project.ts";
import { findFolders } from "./folders.ts";
import { addWorkspaceOptions, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

interface CatalogFlags extends WorkspaceFlags {
  readonly format: "text" | "json";
}

export function defineCatalog(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("catalog")
    .summary("show the database that the sources make")
    .description(
      "Shows what the database holds after the migrations ran: tables, switches, policies and the rest.",
    )
    .argument("[folder]", "the workspace; the current folder by default")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
  addWorkspaceOptions(command).action(async (folder: string | undefined, flags: CatalogFlags) => {
    finish(await printCatalog(folder, flags, terminal));
  });
}

async function printCatalog(
  name: string | undefined,
  flags: CatalogFlags,
  terminal: Terminal,
): Promise<number> {
  const [folder] = findFolders(name === undefined ? [] : [name], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  const projects = await withWorkspace(folder!, flags, terminal, (workspace) => workspace.projects());
  terminal.print(await render(projects, flags, terminal));
  if (projects.some(({ tablesFrom }) => tablesFrom !== "nothing")) return EXIT.clean;
  throw new CannotRun(
    `No schema.prisma, no migrations and no other SQL that makes tables was found in ${folder!.root}.`,
  );
}

async function render(
  projects: readonly Project[],
  flags: CatalogFlags,
  terminal: Terminal,
): Promise<string> {
  if (flags.format === "json") return (await import("../report/catalog-json.ts")).renderCatalogJson(projects);
  return (await import("../report/catalog-text.ts")).renderCatalogText(projects, terminal);
}
