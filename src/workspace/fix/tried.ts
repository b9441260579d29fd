import type { GenerateRequest } from "../../policies/generate.ts";
import type { Finding } from "../../text/finding.ts";
import type { Trial } from "../try-fix.ts";
import type { Fix, FixOptions, Workspace } from "../workspace.ts";
import { needsTrial } from "./needs-trial.ts";
import { type Refused, Sieve } from "./sieve.ts";

/** A fix that stood its trial, and what became of the SQL that did not. */
export interface Tried {
  readonly fix?: Fix;
  readonly refused: readonly Refused<Finding>[];
  readonly trial?: Trial;
}

/**
 * The fix of findings, tried before anyone sees it. What PostgreSQL, the proof or the linter object to is searched for
 * and left out, and the rest stays.
 */
export async function resolveTried(
  workspace: Workspace,
  findings: readonly Finding[],
  clock: Date,
  options: FixOptions,
  tryIt: (fix: Fix) => Promise<Trial>,
): Promise<Tried> {
  const make = (some: readonly Finding[]) => workspace.resolveFixes(some, clock, options);
  const whole = await make(findings);
  if (!whole || !needsTrial(whole)) return { ...(whole && { fix: whole }), refused: [] };
  const trial = await tryIt(whole);
  if (trial.problem === undefined) return { fix: whole, trial, refused: [] };
  const parts = await partsOf(findings, workspace);
  const mended = findings.filter((each) => !whole.left.includes(each) || parts.has(each));
  const single = mended.flatMap((each) => parts.get(each) ?? each);
  const sieve = new Sieve(single, make, tryIt, single.filter(needsNoSql));
  await sieve.sift(trial);
  const { fix, refused, wanted } = sieve;
  if (!fix) return { refused };
  const stays = (each: Finding) => !wanted.has(each) || fix.left.includes(each);
  const left = findings.filter((each) => (parts.get(each) ?? [each]).some(stays));
  return { fix: { ...fix, left }, refused, ...(sieve.trial && { trial: sieve.trial }) };
}

const needsNoSql = ({ remedy }: Finding): boolean => remedy?.kind === "edit" && !needsTrial(remedy);

type Parts = ReadonlyMap<Finding, readonly Finding[]>;

/** Findings about everything as findings about each table and bucket. */
async function partsOf(findings: readonly Finding[], workspace: Workspace): Promise<Parts> {
  const whole = findings.filter(
    ({ remedy }) => remedy?.kind === "intent" && remedy.intent.verb === "protect-all",
  );
  if (!whole.length) return new Map();
  const { everythingOpen } = await import("../../policies/generate.ts");
  const { ownersOf } = await import("./resolve.ts");
  const projects = await workspace.projects();
  const owners = ownersOf(projects);
  return new Map(
    whole.map((finding) => {
      const project = owners.get(finding.at.path) ?? projects[0];
      return [finding, project ? partsFor(finding, everythingOpen(project)) : [finding]];
    }),
  );
}

function partsFor(finding: Finding, { tables, buckets }: GenerateRequest): Finding[] {
  const part = (verb: "protect" | "protect-bucket", subject: string): Finding => {
    const intent = { verb, subject, command: "" };
    return { ...finding, subject, remedy: { kind: "intent", title: finding.remedy!.title, intent } };
  };
  return [
    ...tables.map((each) => part("protect", each)),
    ...buckets.map((each) => part("protect-bucket", each)),
  ];
}

/** Names of findings, as many as a message holds. */
const MOST = 5;

export function namesOf(findings: readonly Finding[]): string {
  const names = [...new Set(findings.map(({ rule, subject }) => `${rule} (${subject})`))];
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return names.slice(0, MOST).join(", ") + more;
}

export const sayRefused = ({ parts, problem }: Refused<Finding>): string =>
  `SQL was left out for ${namesOf(parts)}: ${problem}`;
