import type { DraftRequest } from "../workspace/draft/draft-for.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Folder } from "./folders.ts";
import { EXIT, type Terminal } from "./terminal.ts";

export interface DraftFlags {
  readonly dryRun?: boolean;
  readonly format: "text" | "json";
}

/** Writes a drafted model or module; a dry run prints a patch. 1 where something is left to the user. */
export async function writeDraft(
  workspace: Workspace,
  request: DraftRequest,
  flags: DraftFlags,
  { prefix }: Folder,
  terminal: Terminal,
): Promise<number> {
  const { fix, todo } = await workspace.draft(request, new Date());
  const { previewFix } = await import("../workspace/fix/apply.ts");
  const changes = previewFix(workspace.root, fix);
  if (flags.format === "json") {
    if (!flags.dryRun) await workspace.applyFix(fix);
    const { changesJson, renderGenerated } = await import("./changes-json.ts");
    const left = todo.map((why) => ({ subject: "", why }));
    terminal.print(
      renderGenerated({ written: !flags.dryRun, changes: changesJson(changes, prefix), left, trial: null }),
    );
    return todo.length ? EXIT.findings : EXIT.clean;
  }
  if (flags.dryRun) {
    const { renderPatch } = await import("./patch.ts");
    terminal.print(renderPatch(changes, prefix, terminal.colour));
  } else {
    await workspace.applyFix(fix);
    for (const { path, before } of changes)
      terminal.print(`${before === undefined ? "created" : "changed"}  ${prefix}${path}\n`);
  }
  for (const sentence of todo) terminal.complain(`left to you  ${sentence}.\n`);
  return todo.length ? EXIT.findings : EXIT.clean;
}
