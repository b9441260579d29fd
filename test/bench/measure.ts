import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A whole process: wall time in milliseconds, peak memory in MB where it is one of Node's. */
export interface Run {
  readonly time: number;
  readonly memory: number | undefined;
  readonly stdout: string;
}

/** Runs a process to its end. Throws where it ends with a code that is not among `codes`. */
export function runProcess(command: string, args: readonly string[], codes: readonly number[] = [0]): Run {
  const folder = mkdtempSync(join(tmpdir(), "rowguard-bench-"));
  const file = join(folder, "memory");
  try {
    const isNode = command === process.execPath;
    const begun = performance.now();
    const { status, stdout, stderr } = spawnSync(
      command,
      isNode ? ["--require", join(import.meta.dirname, "peak-memory.cjs"), ...args] : [...args],
      { encoding: "utf8", maxBuffer: 1 << 30, env: { ...process.env, BENCH_MEMORY_FILE: file } },
    );
    const time = performance.now() - begun;
    if (status === null || !codes.includes(status))
      throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`);
    return { time, memory: isNode ? Number(readFileSync(file, "utf8")) : undefined, stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs several things in turn, so that what else the machine does hits all of them alike; gives the runs of each. */
export function alternate<Name extends string>(
  rounds: number,
  things: Readonly<Record<Name, () => Run>>,
): Record<Name, Run[]> {
  const names = Object.keys(things) as Name[];
  const runs = Object.fromEntries(names.map((name) => [name, [] as Run[]])) as Record<Name, Run[]>;
  for (let i = 0; i < rounds; i++) for (const name of names) runs[name].push(things[name]());
  return runs;
}

/** The value below which `share` of the sorted values lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const median = (runs: readonly Run[]): number =>
  percentile(
    runs.map(({ time }) => time),
    0.5,
  );

export const peak = (runs: readonly Run[]): number =>
  Math.max(...runs.map(({ memory }) => memory ?? Number.NaN));
