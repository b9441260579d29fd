import { type Command, Option } from "commander";
import type { FixJson } from "../report/fix-shape.ts";
import type { Finding } from "../text/finding.ts";
import { combineReports, type PrefixedReport, reaches } from "./combine.ts";
import { type Folder, findFolders } from "./folders.ts";
import { uninterrupted } from "./interrupt.ts";
import type { Change } from "./patch.ts";
import { addWorkspaceOptions, checkRuleIds, ruleOption, type WorkspaceFlags } from "./shared-options.ts";
import { EXIT, type Terminal } from "./terminal.ts";

export interface FixFlags extends WorkspaceFlags {
  readonly dryRun?: boolean;
  readonly rule?: readonly string[];
  readonly all?: boolean;
  readonly format: "text" | "json";
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
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option("--all", "also mend what is below the threshold of a check");
  addWorkspaceOptions(command).action(async (folders: string[], flags: FixFlags) => {
    finish(await fixFolders(folders, flags, terminal));
  });
}

/** What became of one folder. */
interface Outcome {
  readonly code: number;
  readonly prefix: string;
  readonly changes: readonly Change[];
  /** What is left to the user, as a report. */
  readonly left: PrefixedReport;
}

/** Fixes each folder. 1 where something at or above the threshold is left (in a dry run: is there). Throws CannotRun. */
async function fixFolders(names: readonly string[], flags: FixFlags, terminal: Terminal): Promise<number> {
  const folders = findFolders(names, terminal.cwd);
  await checkRuleIds(flags.rule);
  const outcomes: Outcome[] = [];
  for (const folder of folders) {
    const outcome = await fixFolder(folder, flags, terminal);
    outcomes.push(outcome);
    if (flags.format === "text") await printOutcome(outcome, flags, terminal);
  }
  if (flags.format === "json") terminal.print(await renderOutcomes(outcomes, flags));
  return Math.max(...outcomes.map(({ code }) => code));
}

async function fixFolder(folder: Folder, flags: FixFlags, terminal: Terminal): Promise<Outcome> {
  const { withWorkspace } = await import("./open.ts");
  return withWorkspace(folder, flags, terminal, async (workspace) => {
    const report = await workspace.report(flags.rule && { onlyRules: flags.rule });
    const wanted = report.findings.filter(
      ({ severity }) => flags.all || flags.rule || reaches(severity, report.threshold),
    );
    const fix = await workspace.resolveFixes(wanted, new Date());
    const findings = fix?.left ?? wanted;
    const { previewFix } = await import("../workspace/fix/apply.ts");
    const changes = fix ? previewFix(workspace.root, fix) : [];
    if (fix && !flags.dryRun) await uninterrupted(() => workspace.applyFix(fix));
    const exit = exitCode(flags.dryRun ? wanted : findings, report.threshold);
    const { prefix } = folder;
    const left = { report: { ...report, findings }, prefix };
    return { code: report.incomplete ? EXIT.failed : exit, prefix, changes, left };
  });
}

const exitCode = (left: readonly Finding[], threshold: Finding["severity"]): number =>
  left.some(({ severity }) => reaches(severity, threshold)) ? EXIT.findings : EXIT.clean;

async function printOutcome(
  { changes, prefix, left }: Outcome,
  flags: FixFlags,
  terminal: Terminal,
): Promise<void> {
  const { renderLeft } = await import("./left.ts");
  const { renderPatch } = await import("./patch.ts");
  if (flags.dryRun) terminal.print(renderPatch(changes, prefix, terminal.colour));
  else for (const each of changes) terminal.print(`${kindOf(each)}  ${prefix}${each.path}\n`);
  // A dry run prints a patch and nothing but a patch.
  (flags.dryRun ? terminal.complain : terminal.print)(renderLeft(combineReports([left]), terminal));
}

async function renderOutcomes(outcomes: readonly Outcome[], flags: FixFlags): Promise<string> {
  const { findingsJson, stringify } = await import("../report/json.ts");
  const { renderPatch } = await import("./patch.ts");
  const left = combineReports(outcomes.map((each) => each.left));
  const document: FixJson = {
    version: 1,
    written: !flags.dryRun,
    changes: outcomes.flatMap(({ changes, prefix }) =>
      changes.map((change) => ({
        path: `${prefix}${change.path}`,
        kind: kindOf(change),
        patch: renderPatch([change], prefix, false),
      })),
    ),
    left: findingsJson(left),
    complete: !left.incomplete,
  };
  return stringify(document);
}

const kindOf = ({ before }: Change) => (before === undefined ? "created" : "changed");
