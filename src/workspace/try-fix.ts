import type { Finding } from "../text/finding.ts";
import type { Fix, Workspace } from "./workspace.ts";

/**
 * Tries a fix before anyone sees it: with its new files in place, the whole history runs on the embedded PostgreSQL, and
 * the linter looks at the result. Gives the sentence that says what is wrong with it, or undefined where nothing is.
 * The workspace is afterwards as it was.
 */
export async function tryFix(workspace: Workspace, fix: Fix): Promise<string | undefined> {
  const before = new Set((await workspace.report()).findings.map(nameOf));
  for (const { path, text } of fix.files) workspace.setText(path, text);
  try {
    return (await refusedBy(workspace, fix)) ?? (await reportedBy(workspace, before));
  } finally {
    for (const { path } of fix.files) workspace.setText(path, undefined);
  }
}

/** What PostgreSQL says of the new files. */
async function refusedBy(workspace: Workspace, fix: Fix): Promise<string | undefined> {
  const { openEmbedded } = await import("../database/embedded/open.ts");
  const paths = new Set(fix.files.map(({ path }) => path));
  for (const project of await workspace.projects()) {
    if (!project.history.some(({ source }) => paths.has(source.path))) continue;
    const database = await openEmbedded(project);
    try {
      const failure = (await database.ready()).failures.find(({ place }) => paths.has(place.path));
      if (failure) return `PostgreSQL refuses the generated SQL: ${failure.message}.`;
    } finally {
      await database.close();
    }
  }
  return undefined;
}

/** What the linter says now and did not say before, less what is only for information. */
async function reportedBy(workspace: Workspace, before: ReadonlySet<string>): Promise<string | undefined> {
  const { findings } = await workspace.report();
  const fresh = findings.find((finding) => finding.severity !== "info" && !before.has(nameOf(finding)));
  return fresh && `the linter finds something new in the generated SQL: ${fresh.message}`;
}

const nameOf = ({ rule, subject }: Finding): string => `${rule}\n${subject}`;
