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
  /** `custom` ones stand in the configuration; the others are found in the data, or come with the platform. */
  readonly kind?: "anonymous" | "signed-in" | "member" | "user" | "service" | "custom";
  /** The role to become; the login itself where absent. */
  readonly role?: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly tenant?: string;
  readonly memberRole?: string;
  /** Keys of the tenants whose rows are its own, and of the user. */
  readonly tenantKeys?: readonly string[];
  readonly userKey?: string;
  /** One of those that a preview is made as where nobody says whom: enough to see whether they are kept apart. */
  readonly usual?: true;
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
  readonly kind: "read" | "write" | "explain" | "other";
  readonly results: readonly PreviewOutcome[];
}

/** One preview whose rows the host keeps; the oldest of a database are forgotten when there are many. */
export type PreviewId = number;

export type Row = readonly (string | null)[];

export interface PreviewOutcome {
  readonly identity: string;
  /** The role it asked as; null for the login itself. */
  readonly role: string | null;
  readonly tenant: string | null;
  readonly status: "ok" | "denied" | "failed" | "invalid" | "unproven";
  readonly columns: readonly string[];
  /** The first page. */
  readonly rows: readonly Row[];
  /** Of each row, what it is; null where that cannot be told. */
  readonly origins: readonly (RowOrigin | null)[];
  /** Rows that are kept: pages end here. */
  readonly kept: number;
  /** There are more rows than are kept. */
  readonly more: boolean;
  /** Rows that the statement gives this identity, all of them; null where not counted. */
  readonly seen: number | null;
  /** Rows that the statement would give without row-level security, and this identity does not see; null where not known. */
  readonly hidden: number | null;
  /** Rows written and rolled back, for a statement that writes. */
  readonly written: number | null;
  /** Why rows of each table are seen. */
  readonly access: readonly TableAccess[];
  /** Rows shown that belong to other tenants or people, most first. */
  readonly foreign: readonly { readonly of: string; readonly rows: number }[];
  /** ms. */
  readonly time: number;
  readonly message: string | null;
}

/** What a row is. */
export interface RowOrigin {
  /** The same for the same row, whoever sees it, during one preview. */
  readonly key: string;
  /** The tenant it belongs to, or the person where it is personal; null where no table says. */
  readonly of: string | null;
  /** That is not who asks, nor theirs. */
  readonly foreign: boolean;
  /** Permissive policies that let it through, each asked on its own. */
  readonly policies: readonly { readonly table: string; readonly policy: string }[];
}

/** Why an identity sees rows of a table, or writes them there. */
export interface TableAccess {
  /** `public.tasks`. */
  readonly table: string;
  /** What is done there. */
  readonly command: "select" | "insert" | "update" | "delete";
  /**
   * `policies` decide; or the table has no row-level security (`open`); or it does not hold for the role (`bypassed`); or
   * it is a view that runs as its owner (`owner`) or as who asks (`caller`).
   */
  readonly by: "policies" | "open" | "bypassed" | "owner" | "caller";
  /** Permissive policies that apply; none with `by: "policies"`: nothing is seen. `rows` of those shown or written. */
  readonly policies: readonly { readonly policy: string; readonly rows: number | null }[];
  /** Restrictive ones, which every row must pass besides. */
  readonly restrictive: readonly string[];
  /** Rows of the table that the identity sees, and that there are; null where not counted. */
  readonly seen: number | null;
  readonly total: number | null;
}

/** `database/cost`: what row-level security costs a query, the same with and without in turns. Cancelled by its token. */
export interface CostParams {
  readonly database: DatabaseId;
  readonly query: string;
  readonly identity: string | HostIdentity;
  readonly timeLimit?: number;
}

export interface MeasuredCost {
  readonly identity: string;
  /** PostgreSQL's plan with row-level security, as text. */
  readonly plan: string;
  /** Medians, in ms; `without` is null where the login cannot read past policies. */
  readonly time: number;
  readonly without: number | null;
  readonly rounds: number;
}

export interface RowsPage {
  readonly rows: readonly Row[];
  readonly origins: readonly (RowOrigin | null)[];
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
  /** The order in which they are to be read as statements: a path, and where this part of its text ends. */
  readonly parts: readonly (readonly [path: string, end: number])[];
}

/**
 * `fix/try`: a fix is put in place, on a workspace of its own: the history runs, everybody of two tenants tries every
 * command on the tables it protects, and the linter looks at the result.
 */
export interface TryParams {
  /** The workspace's folder, as a path. */
  readonly folder: string;
  /** Texts of editors over the files on disk. */
  readonly texts: Readonly<Record<string, string>>;
  readonly fix: {
    readonly edits: readonly {
      readonly path: string;
      readonly span: { readonly start: number; readonly end: number };
      readonly text: string;
    }[];
    readonly files: readonly { readonly path: string; readonly text: string }[];
    readonly protects: {
      readonly tables: readonly string[];
      readonly buckets: readonly string[];
      readonly channels: readonly string[];
    };
    readonly drafted?: true;
  };
}

export interface TriedFix {
  /** What is wrong with it, one sentence; absent where nothing is. */
  readonly problem?: string;
  readonly unproven: readonly { readonly subject: string; readonly why: string }[];
  readonly tried: number;
}

/** `database/state` (notification from the host): what an open database is doing. */
export interface DatabaseState {
  /** As in `Opened`; absent while it is first opened. */
  readonly database?: DatabaseId;
  readonly name: string;
  readonly state: "starting" | "running migrations" | "trying" | "ready" | "lost";
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
  readonly "database/cost": readonly [CostParams, MeasuredCost];
  readonly "database/rows": readonly [RowsParams, RowsPage];
  readonly "database/forget": readonly [ForgetParams, null];
  /** Stops what the database runs now, whoever asked for it. */
  readonly "database/cancel": readonly [OfDatabase, null];
  readonly "database/catalog": readonly [OfDatabase, CatalogTexts];
  readonly "database/close": readonly [OfDatabase, null];
  readonly "fix/try": readonly [TryParams, TriedFix];
}

/** The host's argument where the request that starts it is of no live database: the engine is loaded before that is read. */
export const WANTS_ENGINE = "engine";

/** The one notification, from the host: what a database is doing. */
export const DATABASE_STATE = "database/state";
