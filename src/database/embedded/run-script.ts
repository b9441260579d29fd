import type { Statement } from "../../source/sql/statement.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import type { Span } from "../../text/span.ts";
import { QueryError } from "../client.ts";
import type { Runner } from "./engine.ts";
import { AVAILABLE, STAND_INS } from "./extensions.ts";
import type { Note, Outcome, Refusal } from "./outcome.ts";
import { mayRunWhole, NEEDS_SUPERUSER, needsHand, runsUnbound, type Script, wholeSql } from "./scripts.ts";
import { tablesOf } from "./tables-of.ts";

/**
 * Runs one file as the tool that owns it would: in one transaction, unless it says otherwise. One that fails so is run
 * again statement by statement. `inside` a transaction, what fails takes nothing else with it. Rejects when the engine
 * breaks.
 */
export async function runScript(engine: Runner, script: Script, inside: boolean): Promise<Outcome> {
  const run = new ScriptRun(engine, script, inside);
  await run.all();
  return { kind: script.kind, refusals: run.refusals, notes: run.notes, tables: run.tables };
}

class ScriptRun {
  readonly refusals: Refusal[] = [];
  readonly notes: Note[] = [];
  readonly tables: string[] = [];
  readonly #engine: Runner;
  readonly #script: Script;
  #inside: boolean;

  constructor(engine: Runner, script: Script, inside: boolean) {
    this.#engine = engine;
    this.#script = script;
    this.#inside = inside;
  }

  async all(): Promise<void> {
    const whole = mayRunWhole(this.#script) ? await this.#whole() : undefined;
    if (whole === true) return;
    const { errors, statements } = this.#script.source;
    // PostgreSQL's own messages end without a period.
    for (const { span, message } of errors)
      this.#refuse(span, new QueryError(message.replace(/\.$/, ""), { code: "42601" }), []);
    const outside = this.#inside;
    for (const statement of statements) await this.#statement(statement);
    // A transaction that the file left open is the tool's to end.
    if (this.#inside && !outside) await this.#engine.run("commit");
    if (whole && !this.refusals.length) this.#refuseWhole(whole);
  }

  /** True where the file ran; else what PostgreSQL said, and nothing of it is left. */
  async #whole(): Promise<true | QueryError> {
    try {
      await this.#attempt(() => this.#engine.run(wholeSql(this.#script)));
      return true;
    } catch (error) {
      if (isLost(error)) throw error;
      return error as QueryError;
    }
  }

  /** Each statement passes by itself, and the file does not in the one transaction that its tool makes of it. */
  #refuseWhole(error: QueryError): void {
    if (!ONE_TRANSACTION.has(this.#script.kind)) return;
    const { statements } = this.#script.source;
    // It was the owner who asked for the extension, where a hosted database has a superuser do it.
    if (error.code === "42501" && statements.some(({ kind }) => kind === "create-extension")) return;
    const blamed = statements.find((each) => runsUnbound(this.#script, each)) ?? statements.at(-1);
    if (blamed) this.#refuse(blamed.span, error, []);
  }

  async #statement(statement: Statement): Promise<void> {
    const sql = this.#script.text.slice(statement.span.start, statement.span.end);
    try {
      if (statement.kind === "transaction") await this.#transaction(statement, sql);
      else await this.#attempt(() => this.#plain(statement, sql));
    } catch (error) {
      if (isLost(error)) throw error;
      this.#refuse(statement.span, error as QueryError, tablesOf(statement));
    }
  }

  async #plain(statement: Statement, sql: string): Promise<void> {
    if (needsHand(statement) === "copy")
      this.#note(statement, "COPY FROM stdin is left out: the embedded database has no client to copy from.");
    else if (statement.kind === "create-extension") await this.#extension(statement, sql);
    // A comment about an extension that is not there: its absence was said where it is asked for.
    else if (needsHand(statement) === "extension") return;
    else if (NEEDS_SUPERUSER.has(statement.kind)) await this.#asSuperuser(sql);
    else await this.#engine.run(sql);
  }

  /** BEGIN and COMMIT of the file's own. */
  async #transaction({ action }: Extract<Statement, { kind: "transaction" }>, sql: string): Promise<void> {
    await this.#engine.run(sql);
    if (action === "begin") this.#inside = true;
    else if (action === "commit" || action === "rollback") this.#inside = false;
  }

  /** Inside a transaction a failed statement is taken back alone. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    if (!this.#inside) return work();
    await this.#engine.run("savepoint rowguard_statement");
    try {
      await work();
    } catch (error) {
      if (!isLost(error)) await this.#engine.run("rollback to savepoint rowguard_statement");
      throw error;
    }
    await this.#engine.run("release savepoint rowguard_statement");
  }

  async #extension(statement: Extract<Statement, { kind: "create-extension" }>, sql: string): Promise<void> {
    const { name, schema } = statement;
    if (AVAILABLE.has(name)) return this.#asSuperuser(sql);
    const standIn = STAND_INS[name];
    this.#note(
      statement,
      standIn
        ? `The embedded database has no extension "${name}"; its types and functions stand there in outline.`
        : `The embedded database has no extension "${name}"; the statement is left out.`,
    );
    if (standIn) await this.#asSuperuser(standIn.replaceAll("SCHEMA", quoteIdentifier(schema ?? "public")));
  }

  /** What hosted databases let an owner do though PostgreSQL wants a superuser. */
  async #asSuperuser(sql: string): Promise<void> {
    const before = (await this.#engine.query("select current_setting('role')")).rows[0]![0]!;
    await this.#engine.run("reset role");
    try {
      await this.#engine.run(sql);
    } finally {
      // A transaction that failed is rolled back to where the role was what it was.
      if (!this.#engine.lost && !this.#inside) await this.#engine.run(`set role ${quoteIdentifier(before)}`);
    }
    if (this.#inside) await this.#engine.run(`set role ${quoteIdentifier(before)}`);
  }

  #note({ span }: Statement, message: string): void {
    this.notes.push({ place: { path: this.#script.path, span }, message });
  }

  #refuse(span: Span, { message, code }: QueryError, tables: readonly string[]): void {
    this.refusals.push({ place: { path: this.#script.path, span }, message, code });
    this.tables.push(...tables);
  }
}

/** Tools that send a whole file as one implicit transaction. */
const ONE_TRANSACTION: ReadonlySet<Script["kind"]> = new Set(["prisma", "supabase"]);

export const isLost = (error: unknown): boolean => !(error instanceof QueryError) || error.lost;
