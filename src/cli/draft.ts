import type { DraftRequest } from "../workspace/draft/draft-for.ts";
import type { Trial } from "../workspace/try-fix.ts";
import type { Fix, Workspace } from "../workspace/workspace.ts";
import type { Answered } from "./incomplete.ts";
import { INTERRUPTED, uninterrupted } from "./interrupt.ts";
import { EXIT, type Terminal } from "./terminal.ts";
import { sayTrial, trialJson, tryIt } from "./trial.ts";

export interface DraftFlags {
  readonly dryRun?: boolean;
  readonly format: "text" | "json";
}

/** Drafted code, tried where it makes tables, and what is left to the user. */
interface Tried {
  readonly fix: Fix;
  readonly todo: readonly string[];
  readonly trial?: Trial;
}

/** Writes a drafted model or module; a dry run prints a patch. 1 where something is left to the user. Throws CannotRun. */
export async function writeDraft(
  workspace: Workspace,
  request: DraftRequest,
  flags: DraftFlags,
  folder: Answered,
  terminal: Terminal,
): Promise<number> {
  const { fix, todo } = await workspace.draft(request, new Date());
  const { needsTrial } = await import("../workspace/fix/needs-trial.ts");
  const trial = needsTrial(fix) ? await tryIt(workspace, fix, terminal) : undefined;
  if (needsTrial(fix) && !trial) return INTERRUPTED;
  const tried = { fix, todo, ...(trial && { trial }) };
  if (flags.format === "json") await printJson(workspace, tried, flags, folder, terminal);
  else await printText(workspace, tried, flags, folder.prefix, terminal);
  return todo.length ? EXIT.findings : EXIT.clean;
}

async function printJson(
  workspace: Workspace,
  { fix, todo, trial }: Tried,
  { dryRun }: DraftFlags,
  { prefix, incomplete }: Answered,
  terminal: Terminal,
): Promise<void> {
  const { previewFix } = await import("../workspace/fix/apply.ts");
  const { changesJson, renderGenerated } = await import("./changes-json.ts");
  const changes = changesJson(previewFix(workspace.root, fix), prefix);
  if (!dryRun) await uninterrupted(() => workspace.applyFix(fix));
  const left = todo.map((why) => ({ subject: "", why }));
  const written = !dryRun;
  terminal.print(
    renderGenerated({ written, changes, left, trial: trialJson(trial), incomplete: [...incomplete] }),
  );
}

async function printText(
  workspace: Workspace,
  { fix, todo, trial }: Tried,
  { dryRun }: DraftFlags,
  prefix: string,
  terminal: Terminal,
): Promise<void> {
  const { previewFix } = await import("../workspace/fix/apply.ts");
  const changes = previewFix(workspace.root, fix);
  if (trial) {
    sayTrial(trial, terminal);
    terminal.complain("tried  PostgreSQL ran all migrations, and made the table.\n");
  }
  if (dryRun) {
    const { renderPatch } = await import("./patch.ts");
    terminal.print(renderPatch(changes, prefix, terminal.colour));
  } else {
    await uninterrupted(() => workspace.applyFix(fix));
    for (const { path, before } of changes)
      terminal.print(`${before === undefined ? "created" : "changed"}  ${prefix}${path}\n`);
  }
  for (const sentence of todo) terminal.complain(`left to you  ${sentence}.\n`);
}
