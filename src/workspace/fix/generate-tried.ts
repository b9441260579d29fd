import type { Generated, GenerateRequest } from "../../policies/generate.ts";
import type { Project } from "../../project/project.ts";
import type { Trial } from "../try-fix.ts";
import type { Fix, Workspace } from "../workspace.ts";
import type { Corrections } from "./configure.ts";
import { Sieve } from "./sieve.ts";

/** What is asked of one project. */
export interface Wanted {
  readonly project: Project;
  readonly request: GenerateRequest;
}

/** Policies that stood their trial. */
export interface GeneratedTried {
  /** Undefined where nothing could be written. */
  readonly fix?: Fix;
  readonly trial?: Trial;
  /** Why all of it was refused, as one sentence. */
  readonly problem?: string;
  /** What no policies were written for: what the tenancy does not decide, and what did not stand. */
  readonly undecided: Generated["undecided"];
}

/** Generated policies, tried before anyone sees them: what is objected to is searched for and left out, and the rest stays. */
export async function generateTried(
  workspace: Workspace,
  wanted: readonly Wanted[],
  clock: Date,
  corrections: Corrections,
  tryIt: (fix: Fix) => Promise<Trial>,
): Promise<GeneratedTried> {
  const { fix, undecided } = await workspace.generate(wanted, clock, corrections);
  if (!fix) return { undecided };
  const trial = await tryIt(fix);
  if (trial.problem === undefined) return { fix, trial, undecided };
  const left = new Set(undecided.map(({ subject }) => subject));
  const parts = wanted.flatMap(partsOf).filter(({ subject }) => !left.has(subject));
  const make = async (some: readonly Part[]) =>
    (await workspace.generate(only(wanted, new Set(some)), clock, corrections)).fix;
  const sieve = new Sieve(parts, make, tryIt);
  await sieve.sift(trial);
  if (!sieve.fix) return { problem: trial.problem, undecided };
  const refused = sieve.refused.flatMap(({ parts, problem }) =>
    parts.map(({ subject }) => ({ subject, why: problem.replace(/\.$/, "") })),
  );
  return {
    fix: sieve.fix,
    ...(sieve.trial && { trial: sieve.trial }),
    undecided: [...undecided, ...refused],
  };
}

const KINDS = ["tables", "buckets", "channels"] as const;

/** One table, bucket or channel. */
interface Part {
  readonly of: Wanted;
  readonly kind: (typeof KINDS)[number];
  readonly subject: string;
}

const partsOf = (of: Wanted): Part[] =>
  KINDS.flatMap((kind) => (of.request[kind] ?? []).map((subject) => ({ of, kind, subject })));

/** Requests with these parts alone. */
function only(wanted: readonly Wanted[], parts: ReadonlySet<Part>): Wanted[] {
  return wanted.map((of) => {
    const subjects = (wanted: Part["kind"]) =>
      [...parts].filter((each) => each.of === of && each.kind === wanted).map(({ subject }) => subject);
    const some = { tables: subjects("tables"), buckets: subjects("buckets"), channels: subjects("channels") };
    return { project: of.project, request: { ...of.request, ...some } };
  });
}
