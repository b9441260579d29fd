import * as vscode from "vscode";
import type { DatabaseHost } from "../../link/database-host.ts";
import type { DatabaseState, HostIdentity, Opened, Previewed } from "../../protocol/database.ts";
import { type Connection, type Connections, createConnections } from "./connections.ts";
import { exportResults } from "./export.ts";
import { addToHistory, pickFromHistory } from "./history.ts";
import { pickIdentities } from "./identities.ts";
import type { FromPage, ToPage } from "./messages.ts";
import { renderPage } from "./page.ts";
import { allRows, measurePlans, openSession, previewOf, type Session, updateSession } from "./session.ts";

/** A statement to begin with; of several, the one at the offset. */
export interface Statement {
  readonly text: string;
  readonly offset?: number;
  /** Run at once; a statement that writes waits for the user. */
  readonly run?: boolean;
}

/** The panel that shows one statement's rows as several identities see them, side by side. */
export class PreviewPanel {
  readonly #context: vscode.ExtensionContext;
  readonly #host: DatabaseHost;
  readonly #connections: Connections;
  readonly #panel: vscode.WebviewPanel;
  readonly #changes = watchChanges();
  #connection: Connection | undefined;
  #session: Session | undefined;
  #previewed: Previewed | undefined;
  #work: AbortController | undefined;
  #busy: string | null = null;
  #problem: string | null = null;
  #waiting: Statement | undefined;
  #isReady = false;

  constructor(context: vscode.ExtensionContext, host: DatabaseHost, onClose: () => void) {
    this.#context = context;
    this.#host = host;
    this.#connections = createConnections(context);
    this.#connection = this.#connections.first();
    this.#panel = vscode.window.createWebviewPanel("rowguard.preview", "Preview", vscode.ViewColumn.Active, {
      enableScripts: true,
      // Rows are many, and cost more to ask for again than to keep.
      retainContextWhenHidden: true,
      localResourceRoots: ["dist", "media"].map((name) => vscode.Uri.joinPath(context.extensionUri, name)),
    });
    // A tab draws an icon as an image, which knows no colour of the theme.
    const icon = (name: string) => vscode.Uri.joinPath(context.extensionUri, "media", name);
    this.#panel.iconPath = { light: icon("view.svg"), dark: icon("view-dark.svg") };
    this.#panel.webview.onDidReceiveMessage((message: FromPage) => this.#take(message));
    this.#panel.onDidDispose(() => {
      this.#work?.abort();
      this.#changes.dispose();
      onClose();
    });
    this.#panel.webview.html = renderPage(this.#panel.webview, context.extensionUri);
  }

  show(statement: Statement | undefined): void {
    this.#panel.reveal();
    this.#waiting = statement ?? this.#waiting;
    if (this.#isReady) this.#showWaiting();
  }

  /** What the database does while it starts. */
  tell({ state, done, total }: DatabaseState): void {
    if (this.#busy === null || state === "ready") return;
    this.#busy =
      state === "running migrations" && total ? `Running migrations: ${done} of ${total}` : `${state} …`;
    this.#sendState();
  }

  /** The host's process ended: what was open is open no more. */
  lose(): void {
    this.#session = undefined;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #take(message: FromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        this.#isReady = true;
        this.#sendState();
        this.#showWaiting();
        return void this.#working("Opening the database …", (signal) => this.#open(signal));
      case "run":
        return this.#working("Running …", (signal) => this.#run(message.query, message.all, signal));
      case "plan":
        return this.#working("Measuring, with and without policies …", async (signal) => {
          const session = await this.#open(signal);
          const plans = await measurePlans(this.#host, session, message.query, signal);
          signal.throwIfAborted();
          this.#send({ kind: "plans", plans });
        });
      case "rows":
        return this.#sendRows(message);
      case "cancel":
        return this.#work?.abort();
      case "connection":
        return this.#choose(await this.#connections.pick());
      case "identities":
        return this.#chooseIdentities();
      case "export": {
        const previewed = this.#previewed;
        if (!previewed)
          return void vscode.window.showInformationMessage(
            "Run a statement first; then its rows can be exported.",
          );
        return exportResults(previewed, (result) => allRows(this.#host, previewed, result));
      }
      case "history": {
        const query = await pickFromHistory(this.#context);
        if (query !== undefined) this.#send({ kind: "query", text: query, offset: 0, run: false });
      }
    }
  }

  async #choose(connection: Connection | undefined): Promise<void> {
    if (!connection) return;
    this.#connection = connection;
    this.#session = undefined;
    // Rows of another database under this one's name would be taken for its own.
    this.#previewed = undefined;
    this.#send({ kind: "clear" });
    await this.#working("Connecting …", (signal) => this.#open(signal));
  }

  async #chooseIdentities(): Promise<void> {
    await this.#working("Looking for identities …", (signal) => this.#open(signal));
    const asked = this.#session;
    if (!asked) return;
    const chosen = await pickIdentities(asked.known, asked.chosen);
    // The database may have been opened anew or left meanwhile.
    if (!chosen || this.#session?.connection !== asked.connection) return;
    this.#session = { ...this.#session, chosen };
    this.#sendState();
  }

  /** The open database, brought up to date with the files. */
  async #open(signal: AbortSignal): Promise<Session> {
    const connection = this.#connection;
    if (!connection) throw new Error("There is no folder open: choose a connection.");
    const session = this.#session
      ? await updateSession(this.#host, this.#session, this.#changes.take())
      : await openSession(this.#host, connection, signal);
    // Another may have been picked meanwhile.
    if (this.#connection === connection) this.#session = session;
    return session;
  }

  async #run(query: string, all: boolean, signal: AbortSignal): Promise<void> {
    const session = await this.#open(signal);
    if (!session.chosen.length) throw new Error("Choose first as whom: nobody is chosen yet.");
    const write =
      session.opened.kind === "live" && isWrite(query) ? await confirmWrite(session.opened) : false;
    const previewed = await previewOf(this.#host, session, query, { all, write }, signal);
    signal.throwIfAborted();
    this.#previewed = previewed;
    await addToHistory(this.#context, query);
    this.#send({ kind: "results", preview: previewed.preview, results: previewed.results });
  }

  async #sendRows({ preview, result, from, count }: Extract<FromPage, { kind: "rows" }>): Promise<void> {
    try {
      const page = await this.#host.ask("database/rows", { preview, result, from, count });
      this.#send({ kind: "rows", preview, result, from, page });
    } catch (error) {
      this.#problem = sentenceOf(error);
      this.#sendState();
    }
  }

  /** One work at a time: a newer one ends the older. */
  async #working(what: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    this.#work?.abort();
    const abort = new AbortController();
    this.#work = abort;
    this.#busy = what;
    this.#problem = null;
    this.#sendState();
    try {
      await work(abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.#problem = sentenceOf(error);
      if (isLost(error)) this.#session = undefined;
    } finally {
      if (this.#work === abort) {
        this.#busy = null;
        this.#sendState();
      }
    }
  }

  #showWaiting(): void {
    const { text, offset = 0, run = false } = this.#waiting ?? {};
    this.#waiting = undefined;
    if (text !== undefined) this.#send({ kind: "query", text, offset, run: run && !isWrite(text) });
  }

  #sendState(): void {
    const opened = this.#session?.opened;
    this.#send({
      kind: "state",
      state: {
        connection: this.#connection?.label ?? "Choose a connection",
        power: opened?.power ?? null,
        powerful: opened?.powerful ?? false,
        identities: (this.#session?.chosen ?? []).map(({ name }: HostIdentity) => name),
        relations: opened?.relations ?? [],
        busy: this.#busy,
        problem: this.#problem,
        notes: opened ? notesOf(opened) : [],
      },
    });
  }

  #send(message: ToPage): void {
    void this.#panel.webview.postMessage(message);
  }
}

/** Files of the history that changed on disk since they were last asked for. */
function watchChanges() {
  const changed = new Map<string, vscode.Uri>();
  const note = (uri: vscode.Uri) => void changed.set(uri.toString(), uri);
  const watcher = vscode.workspace.createFileSystemWatcher(
    "**/{*.sql,*.prisma,config.toml,rowguard.config.json}",
  );
  watcher.onDidChange(note);
  watcher.onDidCreate(note);
  watcher.onDidDelete(note);
  return {
    take() {
      const uris = [...changed.values()];
      changed.clear();
      return uris;
    },
    dispose: () => watcher.dispose(),
  };
}

const notesOf = ({ failures, notes, doubtful }: Opened): string[] => [
  ...failures.map(({ place, message, stops }) => {
    const file = vscode.workspace.asRelativePath(vscode.Uri.parse(place.uri));
    return `${file}:${place.range.start.line + 1}: ${message}${stops ? ` ${stops}` : ""}`;
  }),
  ...(doubtful.length ? [`What is seen of ${doubtful.join(", ")} may not be what is meant.`] : []),
  ...notes.map(({ message }) => message),
];

/** Whether a statement may write; PostgreSQL itself has the last word. */
const isWrite = (query: string): boolean => /\b(insert|update|delete|merge|truncate|call|do)\b/i.test(query);

async function confirmWrite({ name }: Opened): Promise<boolean> {
  const run = "Run and roll back";
  const answer = await vscode.window.showWarningMessage(
    `Let this statement write on ${name}?`,
    {
      modal: true,
      detail:
        "Everything is rolled back, except what rolling back does not undo: sequences advance, and triggers that call out of the database have called.",
    },
    run,
  );
  if (answer !== run) throw new Error("Nothing was run.");
  return true;
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isLost = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "lost" in error && error.lost === true;
