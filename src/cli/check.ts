import { type Command, Option } from "commander";
import type { Report } from "../lint/report.ts";
import type { Project } from "../project/project.ts";
import { reaches, type Severity } from "../text/finding.ts";
import type { PrefixedReport } from "./combine.ts";
import { type Folder, findFolders } from "./folders.ts";
import { FORMATS, type Format } from "./formats.ts";
import { complainIncomplete } from "./incomplete.ts";
import { addWorkspaceOptions, checkRuleIds, ruleOption, type WorkspaceFlags } from "./shared-options.ts";
import { EXIT, type Terminal } from "./terminal.ts";

interface CheckFlags extends WorkspaceFlags {
  readonly format: Format;
  readonly since?: string;
  readonly threshold?: Severity;
  readonly verbose?: boolean;
  readonly rule?: readonly string[];
  readonly baseline?: string;
  readonly writeBaseline?: string | true;
  readonly executed?: boolean;
  readonly database?: string;
}

export function defineCheck(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("check", { isDefault: true })
    .summary("report what leaves rows open")
    .description("Reports what leaves rows open, with the place and what mends it.")
    .argument("[folders...]", "workspaces to check; the current folder by default")
    .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("text"))
    .option("--since <revision>", "only what changed since this git revision touches")
    .addOption(
      new Option(
        "--threshold <severity>",
        "findings of this severity and above fail (default: warning)",
      ).choices(["error", "warning", "info"]),
    )
    .addOption(ruleOption("run this rule only; may be given several times"))
    .option("--baseline <file>", "accept the findings that this file lists")
    .option("--write-baseline [file]", "accept what is found now: list it in rowguard.baseline.json")
    .option("--executed", "run the migrations on an embedded PostgreSQL, and settle what reading them cannot")
    .addOption(
      new Option(
        "--database <connection>",
        "check a live database instead: its URL, a name of the configuration, or a variable",
      ).conflicts(["executed", "since", "baseline", "writeBaseline"]),
    )
    .option("--verbose", "also list what was read, what was left alone and what is accepted");
  addWorkspaceOptions(command).action(async (folders: string[], flags: CheckFlags) => {
    finish(await check(folders, flags, terminal));
  });
}

/** Checks each folder and prints one report. Gives the exit code. Throws CannotRun. */
async function check(names: readonly string[], flags: CheckFlags, terminal: Terminal): Promise<number> {
  const folders = findFolders(names, terminal.cwd);
  await checkRuleIds(flags.rule);
  const reports: PrefixedReport[] = [];
  for (const folder of folders)
    reports.push({
      report: await readReport(folder, flags, terminal),
      // What a live database holds lies in no folder.
      prefix: flags.database === undefined ? folder.prefix : "",
    });
  if (flags.writeBaseline !== undefined) {
    const { writeBaselines } = await import("./write-baseline.ts");
    return writeBaselines(reports, flags.writeBaseline, terminal);
  }
  const { renderReports } = await import("./formats.ts");
  terminal.print(await renderReports(reports, flags.format, terminal, flags.verbose === true));
  for (const { report, prefix } of reports) complainIncomplete(report, prefix, terminal);
  return exitCode(reports.map(({ report }) => report));
}

async function readReport(folder: Folder, flags: CheckFlags, terminal: Terminal): Promise<Report> {
  const report = await (flags.database === undefined
    ? reportOnSources(folder, flags, terminal)
    : reportOnLive(flags.database, folder, flags, terminal));
  const { threshold = report.threshold, since } = flags;
  return { ...report, threshold, ...(since !== undefined && { since }) };
}

async function reportOnSources(folder: Folder, flags: CheckFlags, terminal: Terminal): Promise<Report> {
  const { reportOn } = await import("./open.ts");
  return reportOn(folder, flags, terminal, {
    ...(flags.since !== undefined && { since: flags.since }),
    ...(flags.rule && { onlyRules: flags.rule }),
    ...(flags.executed && { settle: await settleBy(flags, terminal) }),
  });
}

/** Runs a project and puts what that shows in place of what reading it left unresolved. */
async function settleBy(
  flags: CheckFlags,
  terminal: Terminal,
): Promise<(project: Project) => Promise<Project>> {
  const { execute, warmEngine } = await import("./executed.ts");
  await warmEngine();
  const { settleProject } = await import("../database/executed/settle.ts");
  return async (project) =>
    project.tablesFrom === "nothing"
      ? project
      : settleProject(project, await execute(project, terminal, flags));
}

async function reportOnLive(
  given: string,
  folder: Folder,
  flags: CheckFlags,
  terminal: Terminal,
): Promise<Report> {
  const { withConnection } = await import("./connection.ts");
  const { withWorkspace } = await import("./open.ts");
  const { reportOnDatabase } = await import("../workspace/database-report.ts");
  return withWorkspace(folder, flags, terminal, async (workspace) => {
    const around = { folder, configuration: await workspace.configuration() };
    return withConnection(given, around, terminal, ({ client, choice }) =>
      reportOnDatabase(workspace, client, pathOf(choice.name), flags.rule ? { onlyRules: flags.rule } : {}),
    );
  });
}

/** The name of a connection as a part of a path; one that was given by its URL has none. */
const pathOf = (name: string): string => (/^[\w.-]+$/.test(name) ? name : "main");

function exitCode(reports: readonly Report[]): number {
  if (reports.some(({ incomplete }) => incomplete)) return EXIT.failed;
  const failing = ({ findings, threshold }: Report) =>
    findings.some(({ severity }) => reaches(severity, threshold));
  return reports.some(failing) ? EXIT.findings : EXIT.clean;
}
