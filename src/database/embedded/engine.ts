import type { Worker } from "node:worker_threads";
import { type Answer, type Client, QueryError, type QueryOptions, type Value } from "../client.ts";
import { startThread } from "./thread.ts";
import type { Compiled, Image, Reply, Request } from "./worker.ts";

/** ms that one statement may take when nobody said otherwise. */
const PATIENCE = 60_000;

/** What a history runs on. */
export type Runner = Pick<Engine, "query" | "run" | "lost"> & Partial<Pick<Engine, "runEach" | "dump">>;

/** Compiled once in this process: with it comes what of it was compiled while it ran. */
let compiled: object | undefined;

/** One that waits to be given a database. */
let spare: Engine | undefined;

/** The embedded PostgreSQL, in a thread that can be ended whatever it does. Broken once, it stays so: start another. */
export class Engine implements Client {
  readonly kind = "embedded";
  readonly #worker: Worker;
  #waiting: ((reply: Reply) => void) | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #lost: string | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#worker.on("message", (said: Reply | Compiled) => {
      if ("module" in said) compiled = said.module;
      else this.#settle(said);
    });
    this.#worker.on("error", (error) => this.#lose(`The embedded database broke: ${error.message}.`));
    this.#worker.on("exit", () => this.#lose("The embedded database stopped."));
    // Last: to listen is to wait for it, and nobody waits for one that is never asked.
    this.#worker.unref();
  }

  /** Loads what a start wants whatever it is given, while nobody knows yet what that is. */
  static warm(): void {
    if (!spare || spare.lost) spare = Engine.#begin(false);
  }

  /** The same with a thread that was started before this program was read. */
  static adopt(thread: Worker): void {
    spare = new Engine(thread);
  }

  static #begin(makes: boolean): Engine {
    return new Engine(startThread({ makes, ...(compiled && { module: compiled }) }));
  }

  /**
   * Starts from an image, or makes an empty database, whose only role is a superuser. The bytes of one that is `given`
   * away are nobody's afterwards.
   */
  static async start(extensions: readonly string[], image?: Image, given = false): Promise<Engine> {
    const warm = image && spare && !spare.lost ? spare : undefined;
    if (warm) spare = undefined;
    const engine = warm ?? Engine.#begin(image === undefined);
    const bytes = given && image && !("file" in image) ? [image.buffer as ArrayBuffer] : [];
    await engine.#ask({ do: "start", extensions, ...(image && { image }) }, PATIENCE, bytes);
    return engine;
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /** It runs something now. */
  get busy(): boolean {
    return this.#waiting !== undefined;
  }

  async query(sql: string, values: readonly Value[] = [], options: QueryOptions = {}): Promise<Answer> {
    const reply = await this.#ask({ do: "query", sql, values }, options.timeLimit);
    return "answer" in reply ? reply.answer : NOTHING;
  }

  /** Runs a whole script in one implicit transaction, unless it says otherwise itself. */
  async run(sql: string): Promise<void> {
    await this.#ask({ do: "run", sql });
  }

  /** Runs scripts one after the other, as `run` does; gives how many ran before one failed, of which nothing is left. */
  async runEach(texts: readonly string[]): Promise<number> {
    const reply = await this.#ask({ do: "run each", texts });
    return "ran" in reply ? reply.ran : 0;
  }

  /** The database as it stands, to start from again; less what an open transaction has written. */
  async dump(): Promise<Uint8Array> {
    const reply = await this.#ask({ do: "dump" });
    if (!("dump" in reply)) throw new QueryError("The embedded database gave no image.");
    return reply.dump;
  }

  /** The engine cannot stop one query: it is ended whole. */
  async cancel(): Promise<void> {
    if (this.#waiting)
      await this.#end("The query was cancelled; the embedded database starts anew.", "57014");
  }

  async close(): Promise<void> {
    await this.#end("The embedded database was closed.");
  }

  /** Says that an answer cannot be true: the engine is ended, so that nobody asks it again. */
  async condemn(why: string): Promise<void> {
    await this.#end(why);
  }

  #ask(request: Request, timeLimit = PATIENCE, given: readonly ArrayBuffer[] = []): Promise<Reply> {
    const asked = this.#turn.then(() => this.#send(request, timeLimit, given));
    this.#turn = asked.catch(() => {});
    return asked;
  }

  #send(request: Request, timeLimit: number, given: readonly ArrayBuffer[]): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(new QueryError(this.#lost, { lost: true }));
      const timer = setTimeout(() => {
        const why = `The query took longer than ${timeLimit / 1000} s and was stopped.`;
        void this.#end(why, "57014");
      }, timeLimit);
      this.#worker.ref();
      this.#waiting = (reply) => {
        clearTimeout(timer);
        this.#worker.unref();
        this.#waiting = undefined;
        if (!("error" in reply)) return resolve(reply);
        const { message, ...about } = reply.error;
        reject(new QueryError(message, { ...about, lost: this.#lost !== undefined }));
      };
      this.#worker.postMessage(request, given);
    });
  }

  #settle(reply: Reply): void {
    this.#waiting?.(reply);
  }

  #lose(why: string, code = ""): void {
    this.#lost ??= why;
    this.#settle({ error: { message: why, code } });
  }

  async #end(why: string, code = ""): Promise<void> {
    this.#lose(why, code);
    await this.#worker.terminate();
  }
}

const NOTHING: Answer = { columns: [], rows: [], affected: 0 };
