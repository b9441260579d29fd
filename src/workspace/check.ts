import { resolve } from "node:path";
import { readerVersion } from "../cache/reader-version.ts";
import type { Report } from "../lint/report.ts";
import { findKeptReport, keepReport } from "./cache/kept-report.ts";
import type { ReportOptions, WorkspaceOptions } from "./workspace.ts";

/**
 * The report of a folder, for those who want nothing else of it: where nothing changed since the last run it is that
 * run's, at the cost of looking at the files. `projects` may then be empty. Rejects as `Workspace.report` does.
 */
export async function checkFolder(
  folder: string,
  options: WorkspaceOptions,
  wanted: ReportOptions = {},
): Promise<Report> {
  const root = resolve(folder);
  const { cacheFolder, configPath, baselinePath } = options;
  const mayKeep = configPath === undefined && baselinePath === undefined && !Object.keys(wanted).length;
  const version = cacheFolder !== undefined && mayKeep ? readerVersion() : undefined;
  const kept = version === undefined ? undefined : await findKeptReport(root, cacheFolder!, version);
  if (kept) return kept;
  const { OpenWorkspace } = await import("./open.ts");
  const workspace = new OpenWorkspace(root, options);
  try {
    const report = await workspace.report(wanted);
    if (version !== undefined) keepReport(cacheFolder!, version, await workspace.inputs(), report);
    return report;
  } finally {
    await workspace.close();
  }
}
