import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { findCacheFolder } from "../cache/cache-folder.ts";
import { QueryError } from "../database/client.ts";
import { Engine } from "../database/embedded/engine.ts";
import { EmbeddedDatabase } from "../database/embedded/open.ts";
import type { Note } from "../database/embedded/outcome.ts";
import { engineCache } from "../database/embedded/packed.ts";
import { withoutFiles } from "../lint/incomplete.ts";
import type { Project } from "../project/project.ts";
import type { DatabaseId, OpenEmbedded, Opened, UpdateParams } from "../protocol/database.ts";
import type { Target } from "../protocol/requests.ts";
import { findLineStarts, positionAt } from "../text/source-text.ts";
import type { Place } from "../text/span.ts";
import { openWorkspace } from "../workspace/open.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Tell } from "./databases.ts";
import { type OpenDatabase, relationsOf } from "./open-database.ts";

/** Reads a workspace and starts the database that its history makes. */
export async function openEmbeddedProject(
  id: DatabaseId,
  { folder, project: wanted, texts }: OpenEmbedded,
  tell: Tell,
): Promise<OpenDatabase> {
  // Both take their time, and neither waits for the other.
  Engine.warm();
  const workspace = await openWorkspace(folder, {
    cacheFolder: findCacheFolder(folder),
    withoutCode: true,
  });
  try {
    setTexts(workspace, texts);
    const project = chooseProject(await workspace.projects(), wanted, folder);
    return new EmbeddedProject(id, workspace, project, wanted, tell);
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

class EmbeddedProject implements OpenDatabase {
  readonly client: EmbeddedDatabase;
  readonly bound = false;
  readonly #id: DatabaseId;
  readonly #workspace: Workspace;
  readonly #wanted: string | undefined;

  constructor(
    id: DatabaseId,
    workspace: Workspace,
    project: Project,
    wanted: string | undefined,
    tell: Tell,
  ) {
    this.#id = id;
    this.#workspace = workspace;
    this.#wanted = wanted;
    const name = nameOf(workspace.root, project);
    this.client = new EmbeddedDatabase(project, {
      tell: (state) => tell({ database: id, name, ...state }),
      folder: engineCache(),
    });
  }

  get project(): Project {
    return this.client.project;
  }

  async opened(): Promise<Opened> {
    const { failures, notes, doubtful } = await this.client.ready();
    const project = this.project;
    const target = (place: Place) => targetOf(this.#workspace.root, project, place);
    return {
      database: this.#id,
      kind: "embedded",
      name: nameOf(this.#workspace.root, project),
      projects: withTables(await this.#workspace.projects()).map((each) => each.folder),
      power: null,
      powerful: false,
      relations: relationsOf(project),
      failures: failures.map(({ place, ...failure }) => ({ ...failure, place: target(place) })),
      notes: [...(await this.#missed()), ...notes].map(({ place, message }) => ({
        place: target(place),
        message,
      })),
      doubtful: [...doubtful],
    };
  }

  /** Files that the database is made without, as they could not be read. */
  async #missed(): Promise<Note[]> {
    const unread = (await this.#workspace.sources()).filter(({ failed }) => failed);
    return unread.flatMap((note) =>
      withoutFiles([note]).map((message) => ({ place: { path: note.path, span: NOWHERE }, message })),
    );
  }

  async update({ texts, files }: Omit<UpdateParams, "database">): Promise<Opened> {
    setTexts(this.#workspace, texts);
    if (files?.length) this.#workspace.filesChanged(files);
    const projects = await this.#workspace.projects();
    this.client.update(chooseProject(projects, this.#wanted, this.#workspace.root));
    return this.opened();
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.#workspace.close();
  }
}

const NOWHERE = { start: 0, end: 0 };

function setTexts(workspace: Workspace, texts: UpdateParams["texts"]): void {
  for (const [path, text] of Object.entries(texts ?? {})) workspace.setText(path, text ?? undefined);
}

const withTables = (projects: readonly Project[]): Project[] =>
  projects.filter(({ tablesFrom }) => tablesFrom !== "nothing");

/** The database that was asked for; the first that has tables. Throws QueryError. */
export function chooseProject(
  projects: readonly Project[],
  wanted: string | undefined,
  root: string,
): Project {
  const made = withTables(projects);
  const found = wanted === undefined ? made[0] : made.find(({ folder }) => folder === wanted);
  if (found) return found;
  throw new QueryError(
    wanted === undefined
      ? `Nothing in ${root} makes tables: no migrations and no schema.prisma.`
      : `There is no database in ${wanted || "the workspace's own folder"} that migrations or schema.prisma make.`,
  );
}

const nameOf = (root: string, { folder }: Project): string => basename(folder || root);

/** Where a place is, as editors have it. */
function targetOf(root: string, project: Project, { path, span }: Place): Target {
  const text = project.text(path) ?? "";
  const starts = findLineStarts(text);
  const at = (offset: number) => {
    const { line, column } = positionAt(starts, Math.min(offset, text.length));
    return { line: line - 1, character: column - 1 };
  };
  return {
    uri: pathToFileURL(join(root, path)).href,
    range: { start: at(span.start), end: at(span.end) },
  };
}
