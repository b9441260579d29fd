import { type Command, Option } from "commander";
import { whyIncomplete } from "../lint/incomplete.ts";
import type { FixJson } from "../report/fix-shape.ts";
import { printable } from "../report/printable.ts";
import { type Finding, reaches } from "../text/finding.ts";
import type { Tried } from "../workspace/fix/tried.ts";
import { combineReports, type PrefixedReport } from "./combine.ts";
import { type Folder, findFolders } from "./folders.ts";
import { complainIncomplete } from "./incomplete.ts";
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
        "needs, tried on an embedded PostgreSQL first. Says what it leaves to you.",
    )
    .argument("[folders...]", "workspaces to fix; the current folder by default")
    .option("--dry-run", "print the changes as a patch, and write nothing")
    .addOption(ruleOption("mend what this rule reports only; may be given several times"))
    .addOption(new Option("--format <format>", "how to print").choices(["text", "json"]).default("text"))
    .option(
      "--all",
      "everything: also what is below the threshold of a check, and the policies that are missing",
    );
  addWorkspaceOptions(command).action(async (folders: string[], flags: FixFlags) => {
    finish(await fixFolders(folders, flags, terminal));
  });
}

/** What became of one folder. */
interface Outcome {
  readonly code: number;
  readonly prefix: string;
  readonly changes: readonly Change[];
  /** Why SQL was left out, and what of it could not be tried; one sentence each. */
  readonly notes: readonly string[];
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
    complainIncomplete(report, folder.prefix, terminal);
    const wanted = report.findings.filter(
      ({ severity }) => flags.all || flags.rule || reaches(severity, report.threshold),
    );
    const { resolveTried, sayRefused } = await import("../workspace/fix/tried.ts");
    const { tenantQuestion } = await import("../project/tenancy/rivals.ts");
    const questions = flags.all ? await workspace.questions(wanted) : [];
    const asks = questions.flatMap((each) =>
      each.kind === "tenant" ? [tenantQuestion(each.candidates)] : [],
    );
    const options = { generate: flags.all === true && !asks.length };
    const made = await resolveTried(workspace, wanted, new Date(), options, async (fix) => {
      const { tryFix } = await import("../workspace/try-fix.ts");
      return tryFix(workspace, fix);
    });
    const { fix } = made;
    const findings = fix?.left ?? wanted;
    const { previewFix } = await import("../workspace/fix/apply.ts");
    const changes = fix ? previewFix(workspace.root, fix) : [];
    if (fix && !flags.dryRun) await uninterrupted(() => workspace.applyFix(fix));
    const exit = exitCode(flags.dryRun ? wanted : findings, report.threshold);
    const { prefix } = folder;
    const left = { report: { ...report, findings }, prefix };
    return {
      code: report.incomplete ? EXIT.failed : exit,
      prefix,
      changes,
      notes: [...asks, ...made.refused.map(sayRefused), ...notesOf(made)],
      left,
    };
  });
}

const notesOf = ({ trial }: Tried): string[] => [
  ...(trial?.unproven ?? []).map(({ subject, why }) => `unproven  ${subject}: ${why}.`),
  ...(trial?.tried
    ? [`tried  ${trial.tried} statements as everybody who may ask: each did what is declared.`]
    : []),
];

const exitCode = (left: readonly Finding[], threshold: Finding["severity"]): number =>
  left.some(({ severity }) => reaches(severity, threshold)) ? EXIT.findings : EXIT.clean;

async function printOutcome(
  { changes, prefix, notes, left }: Outcome,
  flags: FixFlags,
  terminal: Terminal,
): Promise<void> {
  const { renderLeft } = await import("./left.ts");
  for (const note of notes) terminal.complain(`${printable(note)}\n`);
  const { renderPatch } = await import("./patch.ts");
  if (flags.dryRun) terminal.print(renderPatch(changes, prefix, terminal.colour));
  else for (const each of changes) terminal.print(`${kindOf(each)}  ${prefix}${each.path}\n`);
  // A dry run prints a patch and nothing but a patch.
  (flags.dryRun ? terminal.complain : terminal.print)(renderLeft(combineReports([left]), terminal));
}

async function renderOutcomes(outcomes: readonly Outcome[], flags: FixFlags): Promise<string> {
  const { findingsJson, stringify } = await import("../report/json.ts");
  const { changesJson } = await import("./changes-json.ts");
  const left = combineReports(outcomes.map((each) => each.left));
  const document: FixJson = {
    version: 1,
    written: !flags.dryRun,
    changes: outcomes.flatMap(({ changes, prefix }) => changesJson(changes, prefix)),
    notes: outcomes.flatMap(({ notes }) => notes),
    left: findingsJson(left),
    complete: !left.incomplete,
    incomplete: outcomes.flatMap(({ left: { report, prefix } }) => whyIncomplete(report, prefix)),
  };
  return stringify(document);
}

const kindOf = ({ before }: Change) => (before === undefined ? "created" : "changed");
