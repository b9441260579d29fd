import { type Command, Option } from "commander";
import type { Report } from "../lint/report.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import { combineReports } from "./combine.ts";
import { findFolders, isFolder } from "./folders.ts";
import { complainMissed, type Missed, NOTHING_MISSED, requireTables, withoutTables } from "./incomplete.ts";
import { addWorkspaceOptions, meant, type WorkspaceFlags } from "./shared-options.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

interface ExplainFlags extends WorkspaceFlags {
  readonly folder?: string;
  readonly tenancy?: boolean;
  readonly format: "text" | "json";
}

export function defineExplain(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("explain")
    .summary("explain a rule, a table, or whose rows all of them hold")
    .description(
      "Explains a rule (what it reports, why, examples) or a table (whose rows it holds, who may do what).",
    )
    .argument("[rule or table]", "`policy-always-true`, `public.tasks`, `tasks` or a model's name")
    .argument(
      "[folder]",
      "the workspace; the current folder by default. With a rule, what it reports there is listed too",
    )
    .option("--tenancy", "who the tenants and users are, and whose rows every table holds")
    .option("--folder <folder>", "the workspace, said by name")
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"));
  addWorkspaceOptions(command).action(
    async (name: string | undefined, folder: string | undefined, given: ExplainFlags) => {
      const flags = { ...given, ...folderOf(name, folder, given, terminal) };
      finish(await explain(flags.tenancy ? undefined : name, flags, terminal));
    },
  );
}

/** The folder, wherever it is named: a whole workspace needs no other name before it. Throws CannotRun. */
function folderOf(
  name: string | undefined,
  second: string | undefined,
  { tenancy, folder: option }: ExplainFlags,
  { cwd }: Terminal,
): { readonly folder?: string } {
  if (tenancy && name !== undefined && (second !== undefined || !isFolder(name, cwd)))
    throw new CannotRun(`--tenancy explains a whole workspace: leave "${name}" out.`);
  const folder = tenancy ? name : second;
  if (folder !== undefined && option !== undefined)
    throw new CannotRun(`Two folders are named, "${folder}" and "${option}": leave --folder out.`);
  return folder === undefined ? {} : { folder };
}

/** A rule's id wins over a table of the same name, which would be a strange one. Throws CannotRun. */
async function explain(name: string | undefined, flags: ExplainFlags, terminal: Terminal): Promise<number> {
  if (flags.tenancy) return explainTenancy(flags, terminal);
  if (name === undefined) throw new CannotRun("Name a rule or a table, or say --tenancy.");
  const { registry } = await import("../rules/registry.generated.ts");
  const rule = registry.find(({ id }) => id === name);
  if (rule) return explainRule(rule, flags, terminal);
  const [folder] = findFolders([flags.folder ?? "."], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder!, flags, terminal, async (workspace) => {
    const { findTables, renderTable, tableNames } = await import("./explain-table.ts");
    const report = await workspace.report();
    const { incomplete, exit } = await complainMissed(workspace, folder!, terminal);
    const found = findTables(report.projects, name);
    if (!found.length) {
      if (isFolder(name, terminal.cwd))
        throw new CannotRun(
          `"${name}" is a folder: name a rule or a table before it, or say --tenancy for all of it.`,
        );
      const candidates = [...registry.map(({ id }) => id), ...tableNames(report.projects)];
      throw new CannotRun(`There is no rule and no table "${name}" here.${meant(name, candidates)}`);
    }
    if (flags.format === "json") {
      const { renderTablesJson } = await import("./explain-json.ts");
      terminal.print(renderTablesJson(found, report, incomplete));
    } else
      terminal.print(found.map((each) => renderTable(each, report, folder!.prefix, terminal)).join("\n"));
    return exit(EXIT.clean);
  });
}

/** With a folder also what the rule reports there, place by place. */
async function explainRule(rule: RegisteredRule, flags: ExplainFlags, terminal: Terminal): Promise<number> {
  const { renderRule } = await import("./explain-rule.ts");
  const { renderRuleJson } = await import("./explain-json.ts");
  const { report, incomplete, exit }: Reported =
    flags.folder === undefined ? NOTHING_MISSED : await reportOf(rule.id, flags.folder, flags, terminal);
  if (flags.format === "json") terminal.print(renderRuleJson(rule, incomplete, report));
  else {
    terminal.print(renderRule(rule, terminal));
    const { renderFindings } = await import("../report/text.ts");
    if (report) terminal.print(renderFindings(report, { ...terminal, verbose: true }));
  }
  return exit(EXIT.clean);
}

/** What a rule reports in a folder. */
interface Reported extends Missed {
  readonly report?: Report;
}

async function reportOf(
  rule: string,
  name: string,
  flags: ExplainFlags,
  terminal: Terminal,
): Promise<Reported> {
  const [folder] = findFolders([name], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder!, flags, terminal, async (workspace) => {
    const report = await workspace.report({ onlyRules: [rule] });
    const missed = await complainMissed(workspace, folder!, terminal);
    return { report: combineReports([{ report, prefix: folder!.prefix }]), ...missed };
  });
}

async function explainTenancy(flags: ExplainFlags, terminal: Terminal): Promise<number> {
  const [folder] = findFolders([flags.folder ?? "."], terminal.cwd);
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder!, flags, terminal, async (workspace) => {
    const projects = await workspace.projects();
    const { incomplete, exit } = await complainMissed(workspace, folder!, terminal);
    const { renderTenancy, renderTenancyJson } = await import("./explain-tenancy.ts");
    const isJson = flags.format === "json";
    const less = [...incomplete, ...withoutTables(projects, folder!.root)];
    terminal.print(isJson ? renderTenancyJson(projects, less) : renderTenancy(projects, terminal));
    requireTables(projects, folder!.root);
    return exit(EXIT.clean);
  });
}
