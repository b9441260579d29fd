/** One connection to PostgreSQL, embedded or live: one statement at a time, every value as PostgreSQL writes it. */
export interface Client {
  readonly kind: "embedded" | "live";
  /**
   * Sends one statement by the extended protocol: a second one is refused. Rejects with QueryError, whatever went
   * wrong; `timeLimit` in ms stops it from outside, in case the server's own limit does not.
   */
  query(sql: string, values?: readonly Value[], options?: QueryOptions): Promise<Answer>;
  /** Statements may be asked before earlier ones are answered: they leave at once, and are answered in their order. */
  readonly pipelined?: boolean;
  /**
   * Sends several statements in one message, where the way to the server is long. Never a text of the user's, who may
   * put a second statement into it: only our own, values quoted.
   */
  batch?(statements: readonly string[], options?: QueryOptions): Promise<readonly Answer[]>;
  /** Connects anew where the connection was lost: only where no session is open. Rejects as connecting does. */
  renew?(): Promise<void>;
  /** Stops what runs now, on the server; that query rejects. Never rejects itself. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

export type Value = string | null | readonly string[];

/** A value as PostgreSQL reads it from text. */
export const literalOf = (value: Value): string | null =>
  typeof value === "string" || value === null
    ? value
    : `{${value.map((each) => `"${each.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;

export interface QueryOptions {
  readonly timeLimit?: number;
}

export interface Answer {
  /** Empty for a statement that gives no rows. */
  readonly columns: readonly AnswerColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows written, or given where none are written. */
  readonly affected: number;
}

export interface AnswerColumn {
  readonly name: string;
  /** The type's oid. */
  readonly type: number;
}

/** What PostgreSQL calls an error; sockets have codes of five letters, too, and no digit in them. */
export const isSqlState = (code: string | undefined): code is string =>
  code !== undefined && /^(?=.*\d)[0-9A-Z]{5}$/.test(code);

/** What PostgreSQL or the way to it refused. `message` is PostgreSQL's own, or one sentence. */
export class QueryError extends Error {
  /** SQLSTATE; "" where the failure is not PostgreSQL's. */
  readonly code: string;
  /** 1-based, in code points of the statement. */
  readonly position: number | undefined;
  readonly hint: string | undefined;
  /** The connection is of no more use. */
  readonly lost: boolean;

  constructor(
    message: string,
    about: { code?: string; position?: number | undefined; hint?: string | undefined; lost?: boolean } = {},
  ) {
    super(message);
    this.code = about.code ?? "";
    this.position = about.position;
    this.hint = about.hint;
    this.lost = about.lost ?? false;
  }
}
