import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { writeBaseline } from "../lint/baseline.ts";
import type { Report } from "../lint/report.ts";
import { count } from "../report/printable.ts";
import type { PrefixedReport } from "./combine.ts";
import { CannotRun, EXIT, type Terminal } from "./terminal.ts";

const NAME = "rowguard.baseline.json";

/** Lists everything that is open now, with what a baseline covered already, in a file of each workspace. Throws CannotRun. */
export function writeBaselines(
  reports: readonly PrefixedReport[],
  file: string | true,
  terminal: Terminal,
): number {
  if (file !== true && reports.length > 1)
    throw new CannotRun("One file cannot be the baseline of several folders; check them one by one.");
  for (const { report, prefix } of reports) {
    const [path, shown] =
      file === true ? [join(report.root, NAME), prefix + NAME] : [resolve(terminal.cwd, file), file];
    const findings = acceptedBy(report);
    write(path, shown, writeBaseline(findings));
    terminal.print(
      `Wrote ${shown}, which accepts ${count(findings.length, "finding")}. Name it as "baseline" in rowguard.config.json.\n`,
    );
  }
  return EXIT.clean;
}

const acceptedBy = ({ findings, suppressed }: Report) => [
  ...findings,
  ...suppressed.filter(({ by }) => by === "baseline").map(({ finding }) => finding),
];

function write(path: string, shown: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CannotRun(`${shown} could not be written: ${(error as Error).message}.`);
  }
}
