import * as vscode from "vscode";
import type { DatabaseHost } from "../../link/database-host.ts";
import type { HostIdentity, Opened, Previewed, Row, RowOrigin, RowsPage } from "../../protocol/database.ts";
import type { Connection } from "./connections.ts";
import type { Plan } from "./messages.ts";

/** An open database and those a preview is made as. */
export interface Session {
  readonly connection: Connection;
  readonly opened: Opened;
  readonly known: readonly HostIdentity[];
  readonly chosen: readonly HostIdentity[];
  /** Editors' texts that the database was made with, by path. */
  readonly texts: Readonly<Record<string, string>>;
}

export async function openSession(
  host: DatabaseHost,
  connection: Connection,
  signal: AbortSignal,
): Promise<Session> {
  const { open } = connection;
  const texts = open.kind === "embedded" ? editorTexts(open.folder) : {};
  const params = open.kind === "embedded" ? { ...open, texts } : open;
  const opened = await host.ask("database/open", params, signal);
  const known = await host.ask("database/identities", { database: opened.database }, signal);
  return { connection, opened, known, chosen: known.filter(({ usual }) => usual), texts };
}

/** Brings an embedded database up to date with files and editors; asks nothing of a live one. */
export async function updateSession(
  host: DatabaseHost,
  session: Session,
  changed: readonly vscode.Uri[],
): Promise<Session> {
  const { open } = session.connection;
  if (open.kind === "live") return session;
  const texts = editorTexts(open.folder);
  const gone = Object.keys(session.texts).filter((path) => !(path in texts));
  const opened = await host.ask("database/update", {
    database: session.opened.database,
    texts: { ...texts, ...Object.fromEntries(gone.map((path) => [path, null])) },
    files: changed.flatMap((uri) => pathIn(open.folder, uri) ?? []),
  });
  return { ...session, opened, texts };
}

/** What unsaved editors hold, by path in the folder: an embedded database is of what one sees. */
function editorTexts(folder: string): Record<string, string> {
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty);
  return Object.fromEntries(
    dirty.flatMap((document) => {
      const path = pathIn(folder, document.uri);
      return path === undefined ? [] : [[path, document.getText()]];
    }),
  );
}

function pathIn(folder: string, uri: vscode.Uri): string | undefined {
  const root = vscode.Uri.file(folder).path.replace(/\/?$/, "/");
  return uri.scheme === "file" && uri.path.startsWith(root) ? uri.path.slice(root.length) : undefined;
}

export const previewOf = (
  host: DatabaseHost,
  { opened, chosen }: Session,
  query: string,
  options: { readonly all: boolean; readonly write: boolean },
  signal: AbortSignal,
): Promise<Previewed> =>
  host.ask(
    "database/preview",
    {
      database: opened.database,
      query,
      identities: chosen,
      rowLimit: options.all ? 100_000 : 1000,
      ...(options.write ? { write: true } : {}),
    },
    signal,
  );

/** Pages hold so many rows that no message is large. */
const PAGE = 1000;

export async function allRows(
  host: DatabaseHost,
  { preview, results }: Previewed,
  result: number,
): Promise<RowsPage> {
  const rows: Row[] = [];
  const origins: (RowOrigin | null)[] = [];
  while (rows.length < results[result]!.kept) {
    const page = await host.ask("database/rows", { preview, result, from: rows.length, count: PAGE });
    if (!page.rows.length) break;
    rows.push(...page.rows);
    origins.push(...page.origins);
  }
  return { rows, origins };
}

/** Each identity's plan and the time that policies cost it, one after the other so that none disturbs another. */
export async function measurePlans(
  host: DatabaseHost,
  { opened, chosen }: Session,
  query: string,
  signal: AbortSignal,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const identity of chosen)
    try {
      plans.push(await host.ask("database/cost", { database: opened.database, query, identity }, signal));
    } catch (error) {
      signal.throwIfAborted();
      plans.push({
        identity: identity.name,
        problem: error instanceof Error ? error.message : String(error),
      });
    }
  return plans;
}
