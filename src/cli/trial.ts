import type { GenerateJson } from "../report/generate-shape.ts";
import type { Trial } from "../workspace/try-fix.ts";
import type { Fix, Workspace } from "../workspace/workspace.ts";
import { interruptible } from "./interrupt.ts";
import { CannotRun, type Terminal } from "./terminal.ts";

/** Tries a fix. Undefined where it was cancelled; throws CannotRun where the fix does not do. */
export const tryIt = (workspace: Workspace, fix: Fix, terminal: Terminal): Promise<Trial | undefined> =>
  trying(terminal, async (signal) => {
    const { tryFix } = await import("../workspace/try-fix.ts");
    return tryFix(workspace, fix, { signal });
  });

/** What comes of trials. Undefined where they were cancelled; throws CannotRun where nothing does. */
export async function trying<T extends { readonly problem?: string }>(
  terminal: Terminal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const made = await interruptible(async (signal) => {
    try {
      return await work(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      return undefined;
    }
  });
  if (!made) terminal.complain("rowguard: It was cancelled. Nothing was written.\n");
  if (made?.problem) throw new CannotRun(`Nothing was written: ${made.problem}`);
  return made;
}

export function sayTrial({ unproven, tried, remarks = [] }: Trial, terminal: Terminal): void {
  for (const { subject, why } of unproven) terminal.complain(`unproven  ${subject}: ${why}.\n`);
  for (const remark of remarks) terminal.complain(`to mend  ${remark}\n`);
  if (tried)
    terminal.complain(`tried  ${tried} statements as everybody who may ask: each did what is declared.\n`);
}

/** What trying showed, for programs. */
export const trialJson = (trial: Trial | undefined): GenerateJson["trial"] =>
  trial ? { tried: trial.tried, unproven: [...trial.unproven], remarks: [...(trial.remarks ?? [])] } : null;
