import type { Client } from "../database/client.ts";
import { lint } from "../lint/lint.ts";
import type { Report } from "../lint/report.ts";
import { readDatabase } from "./database-project.ts";
import type { ReportOptions, Workspace } from "./workspace.ts";

/**
 * What the rules say of a live database by itself, as the workspace configures them. Rules about sources find nothing
 * there; places are in the text that the database was read back as. Rejects with QueryError.
 */
export async function reportOnDatabase(
  workspace: Workspace,
  client: Client,
  name: string,
  { onlyRules }: ReportOptions = {},
): Promise<Report> {
  const configuration = await workspace.configuration();
  const { project, unseen } = await readDatabase(client, name, configuration);
  const { registry } = await import("../rules/registry.generated.ts");
  const paths = [...new Set(project.history.map(({ source }) => source.path))].sort();
  return lint({
    root: workspace.root,
    projects: [project],
    configuration,
    registry,
    // A database without a table of its own was read all the same.
    sources: [
      ...(paths.length
        ? paths.map((path) => ({ path, what: "database", read: true }))
        : [{ path: `database:/${name}`, what: "database", read: true, why: "it holds nothing" }]),
      ...[...unseen].map(([object, table]) => ({
        path: `database:/${name}/${object}.sql`,
        what: "database",
        read: false,
        why: `the login does not see every row of ${table}`,
      })),
    ],
    text: (path) => project.text(path),
    ...(onlyRules && { only: onlyRules }),
  });
}
