import type { Command } from "commander";
import type { Finding } from "../text/finding.ts";
import type { Fix, Workspace } from "../workspace/workspace.ts";
import { combineReports, reaches } from "./combine.ts";
import { type Folder, findFolders } from "./folders.ts";
import { addWorkspaceOptions, checkRuleIds, ruleOption, type WorkspaceFlags } from "./shared-options.ts";
import { EXIT, type Terminal } from "./terminal.ts";

export interface FixFlags extends WorkspaceFlags {
  readonly dryRun?: boolean;
  readonly rule?: readonly string[];
  readonly all?: boolean;
}

export function defineFix(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  const command = program
    .command("fix")
    .summary("mend what can be mended without a decision")
    .description(
      "Mends what can be mended without a decision: edits files, and writes one new migration for what the database " +
        "needs. Says what it leaves to you.",
    )
    .argument("[folders...]", "workspaces to fix; the current folder by default")
    .option("--dry-run", "print the changes as a patch, and write nothing")
    .addOption(ruleOption("mend what this rule reports only; may be given several times"))
    .option("--all", "also mend what is below the threshold of a check");
  addWorkspaceOptions(command).action(async (folders: string[], flags: FixFlags) => {
    finish(await fixFolders(folders, flags, terminal));
  });
}

/** Fixes each folder. 1 where something at or above the threshold is left (in a dry run: is there). Throws CannotRun. */
async function fixFolders(names: readonly string[], flags: FixFlags, terminal: Terminal): Promise<number> {
  const folders = findFolders(names, terminal.cwd);
  await checkRuleIds(flags.rule);
  const codes: number[] = [];
  for (const folder of folders) codes.push(await fixFolder(folder, flags, terminal));
  return Math.max(...codes);
}

async function fixFolder(folder: Folder, flags: FixFlags, terminal: Terminal): Promise<number> {
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder, flags, terminal, async (workspace) => {
    const report = await workspace.report(flags.rule && { onlyRules: flags.rule });
    const wanted = report.findings.filter(
      ({ severity }) => flags.all || flags.rule || reaches(severity, report.threshold),
    );
    const fix = await workspace.resolveFixes(wanted, new Date());
    const left = fix?.left ?? wanted;
    await (flags.dryRun ? printPatch : writeFix)(fix, folder, workspace, terminal);
    const { renderLeft } = await import("./left.ts");
    const leftover = combineReports([{ report: { ...report, findings: left }, prefix: folder.prefix }]);
    // A dry run prints a patch and nothing but a patch.
    (flags.dryRun ? terminal.complain : terminal.print)(renderLeft(leftover, terminal));
    if (report.incomplete) return EXIT.failed;
    return exitCode(flags.dryRun ? wanted : left, report.threshold);
  });
}

const exitCode = (left: readonly Finding[], threshold: Finding["severity"]): number =>
  left.some(({ severity }) => reaches(severity, threshold)) ? EXIT.findings : EXIT.clean;

async function printPatch(
  fix: Fix | undefined,
  { prefix }: Folder,
  workspace: Workspace,
  terminal: Terminal,
): Promise<void> {
  if (!fix) return;
  const { previewFix } = await import("../workspace/fix/apply.ts");
  const { renderPatch } = await import("./patch.ts");
  terminal.print(renderPatch(previewFix(workspace.root, fix), prefix, terminal.colour));
}

async function writeFix(
  fix: Fix | undefined,
  { prefix }: Folder,
  workspace: Workspace,
  terminal: Terminal,
): Promise<void> {
  if (!fix) return;
  // Ctrl-C waits until the files are whole.
  process.once("SIGINT", ignore);
  await workspace.applyFix(fix).finally(() => process.off("SIGINT", ignore));
  const edited = [...new Set(fix.edits.map(({ path }) => path))];
  for (const path of edited) terminal.print(`changed  ${prefix}${path}\n`);
  for (const { path } of fix.files) terminal.print(`created  ${prefix}${path}\n`);
}

const ignore = () => {};
