import type { Finding } from "../../text/finding.ts";
import type { Trial, TriedFix } from "../try-fix.ts";
import type { Fix, FixOptions, Workspace } from "../workspace.ts";

/** A fix that stood its trial, and what became of the SQL that did not. */
export interface Tried {
  readonly fix?: Fix;
  /** Why SQL was left out; the findings that wanted it are left. */
  readonly problem?: string;
  readonly trial?: Trial;
}

/** Whether a fix makes or changes SQL, or models that make tables, which PostgreSQL has to accept. */
export const needsTrial = ({ edits, files }: TriedFix): boolean =>
  [...edits, ...files].some(({ path }) => /\.(sql|prisma)$/.test(path));

/**
 * The fix of findings, tried before anyone sees it. Where PostgreSQL, the proof or the linter object, everything that
 * needs SQL is left out, and the rest stays.
 */
export async function resolveTried(
  workspace: Workspace,
  findings: readonly Finding[],
  clock: Date,
  options: FixOptions,
  tryIt: (fix: Fix) => Promise<Trial>,
): Promise<Tried> {
  const fix = await workspace.resolveFixes(findings, clock, options);
  if (!fix || !needsTrial(fix)) return fix ? { fix } : {};
  const trial = await tryIt(fix);
  if (trial.problem === undefined) return { fix, trial };
  const rest = findings.filter(({ remedy }) => remedy?.kind === "edit");
  const safe = rest.length ? await workspace.resolveFixes(rest, clock) : undefined;
  if (!safe || needsTrial(safe)) return { problem: trial.problem };
  const mended = new Set(rest.filter((each) => !safe.left.includes(each)));
  return {
    fix: { ...safe, left: findings.filter((each) => !mended.has(each)) },
    problem: trial.problem,
  };
}
