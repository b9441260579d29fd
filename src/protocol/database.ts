import type { Target } from "./requests.ts";

/**
 * What the database host answers: a process of its own that holds embedded and live databases, and the rows of
 * previews. It is spoken to directly and never by way of the language client, so that neither a connection string nor
 * a row comes near a trace. Every request fails with one sentence for the user as its message, and `Refused` as data.
 */
export interface Refused {
  /** SQLSTATE; "" where the failure is not PostgreSQL's. */
  readonly code: string;
  /** The database is of no more use: open it again. An embedded one starts anew by itself. */
  readonly lost: boolean;
}

/** `database/open`: starts a project's database, or connects to one. Where it is open already, that one is given. */
export type OpenParams = OpenEmbedded | OpenLive;

export interface OpenEmbedded {
  readonly kind: "embedded";
  /** The workspace's folder, as a path. */
  readonly folder: string;
  /** The database's folder inside it, where there are several; the first by default. */
  readonly project?: string;
  /** Texts of editors over the files on disk, by path relative to the folder. */
  readonly texts?: Readonly<Record<string, string>>;
}

export interface OpenLive {
  readonly kind: "live";
  /** A connection string, which is a secret, or the name of an environment variable that holds one. */
  readonly url: string;
  /** What people call the connection. */
  readonly name: string;
  /** The workspace whose tenancy says who the tenants are; the database's own tables say it without. */
  readonly folder?: string;
  readonly project?: string;
}

export interface Opened {
  readonly database: DatabaseId;
  readonly kind: "embedded" | "live";
  /** `strive` or the connection's name. */
  readonly name: string;
  /** Folders of the databases that the workspace has, of which this is one. */
  readonly projects: readonly string[];
  /** What the login may do, one sentence to show before anything else; null for an embedded one. */
  readonly power: string | null;
  /** The login is a superuser, bypasses policies or owns tables. */
  readonly powerful: boolean;
  /** Tables and views that can be previewed, by catalog key, the platform's own aside. */
  readonly relations: readonly string[];
  /** Statements that PostgreSQL refused, in order. */
  readonly failures: readonly FailedStatement[];
  /** What was left out or stood in for. */
  readonly notes: readonly { readonly place: Target; readonly message: string }[];
  /** Tables that a refused statement is about: what is seen of them may not be what is meant. */
  readonly doubtful: readonly string[];
}

/** One open database; a number that means nothing outside this host. */
export type DatabaseId = number;

export interface FailedStatement {
  readonly place: Target;
  /** PostgreSQL's own. */
  readonly message: string;
  readonly code: string;
  /** Set for the first failure of a tool: what it would have done. */
  readonly stops?: string;
}

/** `database/update`: files or editors changed; an embedded database runs again from the first changed file on. */
export interface UpdateParams {
  readonly database: DatabaseId;
  /** Editors' texts by path; null gives the file on disk back. */
  readonly texts?: Readonly<Record<string, string | null>>;
  /** Paths that changed, appeared or vanished on disk. */
  readonly files?: readonly string[];
}

/** `database/identities`: everybody that a preview can be made as. */
export interface OfDatabase {
  readonly database: DatabaseId;
}

/** Who asks. A custom one is given whole in place of a name. */
export interface HostIdentity {
  readonly name: string;
  /** The role to become; the login itself where absent. */
  readonly role?: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly tenant?: string;
  readonly memberRole?: string;
}

/** `database/preview`: one statement as several identities, always rolled back. Cancelled by its token. */
export interface PreviewParams {
  readonly database: DatabaseId;
  /** One statement, or a table's or model's name. */
  readonly query: string;
  /** Names as `identities` gives them, `owner of acme`, or identities of one's own. */
  readonly identities: readonly (string | HostIdentity)[];
  /** Lets a live database run INSERT, UPDATE, DELETE; an embedded one always may. */
  readonly write?: boolean;
  /** ms for one statement; 10 s by default. */
  readonly timeLimit?: number;
  /** Rows that are kept for each identity; 1,000 by default. */
  readonly rowLimit?: number;
  /** Rows in the answer; the others come by `database/rows`. 200 by default. */
  readonly page?: number;
}

export interface Previewed {
  readonly preview: PreviewId;
  /** The statement as it was run: a table's name becomes a query. */
  readonly query: string;
  readonly results: readonly PreviewOutcome[];
}

/** One preview whose rows the host keeps; the oldest of a database are forgotten when there are many. */
export type PreviewId = number;

export type Row = readonly (string | null)[];

export interface PreviewOutcome {
  readonly identity: string;
  readonly status: "ok" | "denied" | "failed" | "invalid" | "unproven";
  readonly columns: readonly string[];
  /** The first page. */
  readonly rows: readonly Row[];
  /** Rows that are kept: pages end here. */
  readonly kept: number;
  /** There are more rows than are kept. */
  readonly more: boolean;
  /** Rows that exist and this identity does not see; null where that is not known. */
  readonly hidden: number | null;
  /** Rows written and rolled back, for a statement that writes. */
  readonly written: number | null;
  readonly policies: readonly { readonly table: string; readonly policy: string; readonly rows: number }[];
  /** ms. */
  readonly time: number;
  readonly message: string | null;
}

/** `database/rows`: one page of a preview's rows. */
export interface RowsParams {
  readonly preview: PreviewId;
  /** Index in `Previewed.results`. */
  readonly result: number;
  readonly from: number;
  readonly count: number;
}

/** `database/forget`: a preview's rows are wanted no more. */
export interface ForgetParams {
  readonly preview: PreviewId;
}

/** `database/catalog`: what the database holds, read back as SQL text by virtual path, `database:/main/public/tasks.sql`. */
export interface CatalogTexts {
  readonly texts: Readonly<Record<string, string>>;
}

/** `database/state` (notification from the host): what an open database is doing. */
export interface DatabaseState {
  /** As in `Opened`; absent while it is first opened. */
  readonly database?: DatabaseId;
  readonly name: string;
  readonly state: "starting" | "running migrations" | "ready" | "lost";
  readonly done?: number;
  readonly total?: number;
  readonly message?: string;
}

/**
 * Requests by their method, with what they take and give. Cancelling a request stops its statement on the server; an
 * embedded engine cannot stop one statement, so it starts anew.
 */
export interface DatabaseRequests {
  readonly "database/open": readonly [OpenParams, Opened];
  readonly "database/update": readonly [UpdateParams, Opened];
  readonly "database/identities": readonly [OfDatabase, readonly HostIdentity[]];
  readonly "database/preview": readonly [PreviewParams, Previewed];
  readonly "database/rows": readonly [RowsParams, readonly Row[]];
  readonly "database/forget": readonly [ForgetParams, null];
  /** Stops what the database runs now, whoever asked for it. */
  readonly "database/cancel": readonly [OfDatabase, null];
  readonly "database/catalog": readonly [OfDatabase, CatalogTexts];
  readonly "database/close": readonly [OfDatabase, null];
}

/** The one notification, from the host: what a database is doing. */
export const DATABASE_STATE = "database/state";
