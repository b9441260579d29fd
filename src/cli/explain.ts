import type { Command } from "commander";
import { findFolders } from "./folders.ts";
import { addWorkspaceOptions, meant, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

interface ExplainFlags extends WorkspaceFlags {
  readonly folder: string;
}

export function defineExplain(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("explain")
    .summary("explain a rule or a table")
    .description(
      "Explains a rule (what it reports, why, examples) or a table (whose rows it holds, who may do what).",
    )
    .argument("<rule or table>", "`policy-always-true`, `public.tasks`, `tasks` or a model's name")
    .option("--folder <folder>", "the workspace of the table", ".");
  addWorkspaceOptions(command).action(async (name: string, flags: ExplainFlags) => {
    finish(await explain(name, flags, terminal));
  });
}

/** A rule's id wins over a table of the same name, which would be a strange one. Throws CannotRun. */
async function explain(name: string, flags: ExplainFlags, terminal: Terminal): Promise<number> {
  const { registry } = await import("../rules/registry.generated.ts");
  const rule = registry.find(({ id }) => id === name);
  if (rule) {
    const { renderRule } = await import("./explain-rule.ts");
    terminal.print(renderRule(rule, terminal));
    return EXIT.clean;
  }
  const [folder] = findFolders([flags.folder], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder!, flags, terminal, async (workspace) => {
    const { findTables, renderTable, tableNames } = await import("./explain-table.ts");
    const report = await workspace.report();
    const found = findTables(report.projects, name);
    if (!found.length) {
      const candidates = [...registry.map(({ id }) => id), ...tableNames(report.projects)];
      throw new CannotRun(`There is no rule and no table "${name}" here.${meant(name, candidates)}`);
    }
    terminal.print(found.map((each) => renderTable(each, report, folder!.prefix, terminal)).join("\n"));
    return EXIT.clean;
  });
}
