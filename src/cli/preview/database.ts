import type { Client } from "../../database/client.ts";
import type { Migrated } from "../../database/embedded/outcome.ts";
import type { Configuration } from "../../lint/configuration.ts";
import type { Project } from "../../project/project.ts";
import { connectTo } from "../connection.ts";
import { warmEngine } from "../executed.ts";
import type { Folder } from "../folders.ts";
import { complainMissed, type Missed, NOTHING_MISSED } from "../incomplete.ts";
import { withWorkspace } from "../open.ts";
import type { PreviewFlags } from "../preview.ts";
import { CannotRun, type Terminal } from "../terminal.ts";

/** A database to preview on, and what is known of it. */
export interface Opened extends Missed {
  readonly client: Client;
  readonly project: Project;
  /** The login can become nothing but client roles. */
  readonly bound: boolean;
  /** Whether the configuration lets previews write there; undefined where it does not speak of it. */
  readonly write: boolean | undefined;
}

/** Opens what the flags name: a live database, or the one that the workspace's history makes. Rejects with QueryError. */
export async function openDatabase(folder: Folder, flags: PreviewFlags, terminal: Terminal): Promise<Opened> {
  if (flags.database === undefined) await warmEngine();
  const { projects, configuration, missed } = await withWorkspace(
    folder,
    flags,
    terminal,
    async (workspace) => ({
      projects: await workspace.projects(),
      configuration: await workspace.configuration(),
      // A live database is whole whatever the files are.
      missed:
        flags.database === undefined ? await complainMissed(workspace, folder, terminal) : NOTHING_MISSED,
    }),
    { withoutCode: true },
  );
  const { loadGrammar } = await import("../../source/sql/grammar.ts");
  await loadGrammar();
  const project = projects.find(({ tablesFrom }) => tablesFrom !== "nothing");
  if (flags.database !== undefined)
    return { ...(await openLive(flags.database, { folder, project, configuration, terminal })), ...missed };
  if (!project)
    throw new CannotRun(`Nothing in ${folder.root} makes tables: no migrations and no schema.prisma.`);
  return { ...(await openEmbedded(project, flags, terminal)), ...missed };
}

type Database = Omit<Opened, keyof Missed>;

async function openEmbedded(
  project: Project,
  { cache }: PreviewFlags,
  terminal: Terminal,
): Promise<Database> {
  const { engineCache } = await import("../../database/embedded/packed.ts");
  const { openEmbedded: open } = await import("../../database/embedded/open.ts");
  const client = await open(project, cache ? { folder: engineCache() } : {});
  complainOfFailures((await client.ready()).failures, terminal);
  return { client, project, bound: false, write: true };
}

function complainOfFailures([first, ...others]: Migrated["failures"], terminal: Terminal): void {
  if (!first) return;
  const more = others.length ? ` ${others.length} more failed.` : "";
  const stops = first.stops ?? "The run went on after it.";
  terminal.complain(`${first.place.path}: ${first.message}. ${stops}${more}\n`);
}

interface Around {
  readonly folder: Folder;
  readonly project: Project | undefined;
  readonly configuration: Configuration;
  readonly terminal: Terminal;
}

/** Without sources, the database's own tables say who its tenants are. */
async function openLive(
  given: string,
  { folder, project, configuration, terminal }: Around,
): Promise<Database> {
  const { client, power, choice } = await connectTo(given, { folder, configuration }, terminal);
  try {
    const { readDatabase } = await import("../../workspace/database-project.ts");
    const known = project ?? (await readDatabase(client, choice.name, configuration)).project;
    return { client, project: known, bound: power.bound, write: choice.write };
  } catch (error) {
    await client.close();
    throw error;
  }
}
