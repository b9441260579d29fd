import { type CancellationToken, type MessageConnection, ResponseError } from "vscode-jsonrpc/node";
import { QueryError } from "../database/client.ts";
import { readCatalog } from "../database/executed/read.ts";
import { usualIdentities } from "../database/identity/choose.ts";
import { findIdentities } from "../database/identity/find.ts";
import type { Identity } from "../database/session/identity.ts";
import {
  type CatalogTexts,
  DATABASE_STATE,
  type DatabaseId,
  type DatabaseRequests,
  type HostIdentity,
  type Refused,
} from "../protocol/database.ts";
import { loadGrammar } from "../source/sql/grammar.ts";
import { Databases, type Tell } from "./databases.ts";
import { type OpenDatabase, Turns } from "./open-database.ts";
import { Previews } from "./previews.ts";
import { tryInFolder } from "./trial.ts";

type Handlers = {
  readonly [Method in keyof DatabaseRequests]: (
    params: DatabaseRequests[Method][0],
    signal: AbortSignal,
  ) => Promise<DatabaseRequests[Method][1]>;
};

type Handler = (params: never, signal: AbortSignal) => Promise<unknown>;

/** Answers the requests of `protocol/database.ts` on a connection. */
export function serveDatabases(connection: MessageConnection): void {
  const tell: Tell = (state) => void connection.sendNotification(DATABASE_STATE, state);
  const handlers: Readonly<Record<string, Handler>> = handlersFor(new Databases(tell), tell);
  for (const [method, handler] of Object.entries(handlers))
    connection.onRequest(method, (params: unknown, token: CancellationToken) =>
      answer(() => handler(params as never, signalOf(token))),
    );
}

function handlersFor(databases: Databases, tell: Tell): Handlers {
  const previews = new Previews();
  const turns = new Turns();
  const onTurn = async <T>(id: DatabaseId, work: (database: OpenDatabase) => Promise<T>): Promise<T> => {
    const database = await databases.get(id);
    return turns.take(database, () => work(database));
  };
  return {
    "database/open": (params) => databases.open(params),
    "database/update": ({ database, ...changes }) => onTurn(database, (each) => each.update(changes)),
    "database/identities": ({ database }) =>
      onTurn(database, ({ client, project }) => findIdentities(client, project).then(markUsual)),
    "database/preview": (params, signal) =>
      onTurn(params.database, (database) => previews.make(database, params, signal)),
    "database/cost": (params, signal) =>
      onTurn(params.database, (database) => previews.cost(database, params, signal)),
    "database/rows": async (params) => previews.rows(params),
    "database/forget": async ({ preview }) => previews.forget(preview),
    "database/cancel": async ({ database }) => {
      await (await databases.get(database)).client.cancel();
      return null;
    },
    "database/catalog": ({ database }) => onTurn(database, textsOf),
    "database/close": async ({ database }) => {
      await databases.close(database);
      previews.forgetDatabase(database);
      return null;
    },
    "fix/try": (params, signal) => tryInFolder(params, tell, signal),
  };
}

function markUsual(known: readonly Identity[]): HostIdentity[] {
  const usual = new Set(usualIdentities(known));
  return known.map((each) => ({ ...each, ...(usual.has(each) && { usual: true }) }));
}

async function textsOf({ client, project }: OpenDatabase): Promise<CatalogTexts> {
  await loadGrammar();
  const { texts, parts } = await readCatalog(client, project.platform);
  return { texts: Object.fromEntries(texts), parts };
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  if (token.isCancellationRequested) abort.abort();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}

/** The range of error codes that is an application's own begins here. */
const REFUSED = 1;

async function answer<T>(work: () => Promise<T>): Promise<T | ResponseError<Refused>> {
  try {
    return await work();
  } catch (error) {
    const { code, lost } = error instanceof QueryError ? error : { code: "", lost: false };
    const message = error instanceof Error ? error.message : String(error);
    return new ResponseError(REFUSED, message, { code, lost });
  }
}
