import { type ChildProcess, fork } from "node:child_process";
import {
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  ResponseError,
} from "vscode-jsonrpc/node";
import {
  DATABASE_STATE,
  type DatabaseRequests,
  type DatabaseState,
  type Refused,
  WANTS_ENGINE,
} from "../protocol/database.ts";

/** A database host that runs, as those see it who ask it. It starts with the first request, and again after it ended. */
export interface DatabaseHost {
  /** The process, while it runs. */
  readonly pid: number | undefined;
  /** Rejects with HostError. An aborted signal stops the statement where it runs. */
  ask<Method extends keyof DatabaseRequests>(
    method: Method,
    params: DatabaseRequests[Method][0],
    signal?: AbortSignal,
  ): Promise<DatabaseRequests[Method][1]>;
  /** Ends the process and with it every database. */
  end(): void;
}

export interface HostOptions {
  /** For the host's Node: a loader, where `file` is source. */
  readonly nodeArguments?: readonly string[];
  readonly onState?: (state: DatabaseState) => void;
  /** The process ended without being asked to: what was open is no more. */
  readonly onEnd?: (why: string) => void;
}

/** One sentence for the user, and what is known besides. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: string;
  readonly lost: boolean;

  constructor(message: string, { code, lost }: Refused) {
    super(message);
    this.code = code;
    this.lost = lost;
  }
}

const ENDED = "The database host ended unexpectedly; the next request starts it anew.";

/** `file` is the host's bundle, `dist/database-host.cjs`. Nothing is started yet. */
export function createDatabaseHost(file: string, options: HostOptions = {}): DatabaseHost {
  let running: { readonly child: ChildProcess; readonly connection: MessageConnection } | undefined;

  function start(wantsEngine: boolean) {
    // An editor's own process is no plain Node without the word. Nothing that the host writes is kept: it could hold
    // what a trace must not.
    const env = { ...process.env, ...frugal(process.env), ELECTRON_RUN_AS_NODE: "1" };
    const child = fork(file, wantsEngine ? [WANTS_ENGINE] : [], {
      env,
      execArgv: [...(options.nodeArguments ?? [])],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const connection = createMessageConnection(new IPCMessageReader(child), new IPCMessageWriter(child));
    connection.onNotification(DATABASE_STATE, (state: DatabaseState) => options.onState?.(state));
    connection.onError(() => {});
    connection.listen();
    const begun = { child, connection };
    const stop = () => {
      if (running !== begun) return;
      running = undefined;
      connection.dispose();
      options.onEnd?.(ENDED);
    };
    child.once("exit", stop);
    child.once("error", stop);
    running = begun;
    return begun;
  }

  return {
    get pid() {
      return running?.child.pid;
    },
    async ask(method, params, signal) {
      signal?.throwIfAborted();
      const { connection } = running ?? start(!isLive(params));
      const source = new CancellationTokenSource();
      const cancel = () => source.cancel();
      signal?.addEventListener("abort", cancel, { once: true });
      try {
        return await connection.sendRequest(method, params, source.token);
      } catch (error) {
        throw explain(error);
      } finally {
        signal?.removeEventListener("abort", cancel);
        source.dispose();
      }
    },
    end() {
      const ending = running;
      running = undefined;
      ending?.connection.dispose();
      ending?.child.kill();
    },
  };
}

/**
 * A third of a start would go into pages of memory that are touched for the first time: the system's allocator takes
 * large ones, and again those that it has. Other systems know no such variable.
 */
function frugal({ GLIBC_TUNABLES: others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const tunables = [...(others ? [others] : []), ...ALLOCATOR];
  return process.platform === "linux" ? { GLIBC_TUNABLES: tunables.join(":") } : {};
}

const ALLOCATOR = [
  "glibc.malloc.hugetlb=1",
  "glibc.malloc.arena_max=1",
  "glibc.malloc.mmap_threshold=33554432",
  "glibc.malloc.trim_threshold=268435456",
];

const isLive = (params: object): boolean => "kind" in params && params.kind === "live";

function explain(error: unknown): HostError {
  const data = error instanceof ResponseError ? (error.data as Refused | undefined) : undefined;
  if (data) return new HostError((error as Error).message, data);
  return new HostError(ENDED, { code: "", lost: true });
}
