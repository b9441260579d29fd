import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { everythingOpen } from "../policies/generate.ts";
import type { NewFile } from "../text/edit.ts";
import { openWorkspace } from "../workspace/open.ts";
import { tryFix } from "../workspace/try-fix.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** The day on which the example was mended: migrations are named after it. */
const DAY = Date.UTC(2025, 7, 4, 9);

/**
 * What the commands make of a workspace that has everything to mend: drafts of what code calls for, local fixes, policies
 * for all that is open, and the fixes that these call for. The folder itself is left as it is.
 */
export async function mendedFiles(folder: string): Promise<NewFile[]> {
  const copy = mkdtempSync(join(tmpdir(), "rowguard-mended-"));
  try {
    cpSync(folder, copy, { recursive: true });
    await mend(await openWorkspace(copy));
    return readdirSync(copy, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({
        path: relative(copy, path).replaceAll("\\", "/"),
        text: readFileSync(path, "utf8"),
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function mend(workspace: Workspace): Promise<void> {
  let minute = 0;
  const clock = () => new Date(DAY + minute++ * 60_000);
  const drafted = new Set<string>();
  for (const { remedy } of (await workspace.report()).findings) {
    if (remedy?.kind !== "intent" || drafted.has(remedy.intent.command)) continue;
    const { verb, subject, command } = remedy.intent;
    if (verb !== "draft-model" && verb !== "draft-environment") continue;
    // Several findings may call for the same model.
    drafted.add(command);
    await workspace.applyFix((await workspace.draft({ verb, subject }, clock())).fix);
  }
  await fixAll(workspace, clock());
  const projects = await workspace.projects();
  const wanted = projects.map((project) => ({ project, request: everythingOpen(project) }));
  const { fix } = await workspace.generate(wanted, clock());
  const problem = fix && (await tryFix(workspace, fix)).problem;
  if (problem) throw new Error(problem);
  if (fix) await workspace.applyFix(fix);
  await fixAll(workspace, clock());
}

async function fixAll(workspace: Workspace, clock: Date): Promise<void> {
  const { findings } = await workspace.report();
  const fix = await workspace.resolveFixes(
    findings.filter(({ severity }) => severity !== "info"),
    clock,
  );
  if (fix) await workspace.applyFix(fix);
}
