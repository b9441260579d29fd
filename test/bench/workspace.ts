import { rmSync } from "node:fs";
import { join } from "node:path";
import { ISSUE_SIZE, type Size, timesSize, writeWorkspace } from "./generate.ts";
import { alternate, median, peak, type Run, runProcess } from "./measure.ts";
import type { Row } from "./table.ts";

const ROUNDS = 5;

interface Measured {
  readonly cold: readonly Run[];
  readonly warm: readonly Run[];
}

/** The large workspace as whole processes: nothing cached, everything cached. */
export function benchWorkspace(folder: string, cli: string): Row[] {
  const { cold, warm } = measure(folder, cli, ISSUE_SIZE, ROUNDS);
  const talkative = measure(folder, cli, { ...ISSUE_SIZE, speaking: 1 }, ROUNDS);
  return [
    { what: "workspace: check, nothing cached", value: median(cold), unit: "ms", budget: 4000 },
    { what: "  peak memory", value: peak(cold), unit: "MB", budget: 600 },
    { what: "  where every code file speaks to the database", value: median(talkative.cold), unit: "ms" },
    { what: "workspace: check again", value: median(warm), unit: "ms", budget: 1500 },
    { what: "  peak memory", value: peak(warm), unit: "MB", budget: 600 },
  ];
}

/** Ten times the workspace may take ten times as long, and a little for what the machine's caches lose. */
export function benchScale(folder: string, cli: string, times: number): Row[] {
  const small = measure(folder, cli, ISSUE_SIZE, 3);
  const large = measure(folder, cli, timesSize(ISSUE_SIZE, times), 1);
  const row = (what: string, key: keyof Measured): Row => ({
    what: `  ${what}, against ${times} times the time of one`,
    value: median(large[key]) / median(small[key]) / times,
    unit: "x",
    budget: 1.3,
  });
  return [
    { what: `workspace times ${times}: check, nothing cached`, value: median(large.cold), unit: "ms" },
    row("nothing cached", "cold"),
    { what: "  peak memory", value: peak(large.cold), unit: "MB" },
    { what: `workspace times ${times}: check again`, value: median(large.warm), unit: "ms" },
    row("everything cached", "warm"),
  ];
}

function measure(folder: string, cli: string, size: Size, rounds: number): Measured {
  const root = join(folder, "workspace");
  const cache = join(folder, "cache");
  rmSync(root, { recursive: true, force: true });
  writeWorkspace(root, size);
  process.env.XDG_CACHE_HOME = cache;
  const check = () => runProcess(process.execPath, [cli, "check", root, "--format", "json"], [0, 1]);
  return alternate(rounds, {
    cold: () => {
      rmSync(cache, { recursive: true, force: true });
      return check();
    },
    warm: check,
  });
}
