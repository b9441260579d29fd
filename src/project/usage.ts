import type { ImportedFact } from "../source/code/facts.ts";
import type { Directive } from "../source/sql/statement.ts";
import type { Place, Span } from "../text/span.ts";

/**
 * What code does with the database, after clients were followed through imports, wrappers and names. A usage whose
 * table, model or column could not be known has no name there: unknown means silent.
 */
export type Usage = UsageCommon &
  (
    | PrismaClientConstruction
    | PrismaCall
    | SupabaseClientConstruction
    | SupabaseQuery
    | SupabaseRpc
    | RealtimeSubscription
    | RealtimeChannel
    | StorageUse
    | EnvironmentRead
    | EnvironmentSchema
    | PackageImport
    | SettingCall
    | SqlInCode
    | PgConnection
    | OrmQuery
    | SecretLiteral
  );

export interface UsageCommon {
  readonly path: string;
  /** The whole call or expression. */
  readonly span: Span;
  /** What the file is: `runtime` code is the application; the rest is exempt from rules on the runtime. */
  readonly role: FileRole;
}

export type FileRole = "runtime" | "test" | "seed" | "script" | "config" | "generated";

/** A name written as a string or identifier, where it stands, and its value where that could be known. */
export interface NamedAt {
  readonly value: string;
  readonly span: Span;
  /** The path where the literal stands, when it is another file's constant. */
  readonly path: string;
  /** False where the value came from a constant elsewhere: editing `span` would change other uses too. */
  readonly literal: boolean;
  /** The quote character around `span`'s text when it is a string literal (span excludes quotes). */
  readonly quote?: string;
}

/** `new PrismaClient()`. */
export interface PrismaClientConstruction {
  readonly kind: "prisma-client";
  /** `globalThis.prisma ?? new PrismaClient()` and its relatives. */
  readonly guarded: boolean;
  /** The exported name that gives this client to other files: the client itself, or the function that returns it. */
  readonly exportedAs?: string;
  /** The variable that holds it. */
  readonly variable?: string;
  /** Environment variable (without `quote`) or literal URL (its password masked) it connects with, where stated in the call. */
  readonly url?: NamedAt;
  /** The call says where to connect, in a way that reading cannot follow: a parameter, an adapter made elsewhere. */
  readonly elsewhere?: true;
  /** The generated client's module: `@prisma/client`, `../generated/prisma`. */
  readonly module: string;
  /** The statement that declares it, for a fix that replaces it by an import. */
  readonly declaration?: Span;
  readonly imported?: ImportedFact;
}

/** `prisma.notification.create({ data: {...} })`. */
export interface PrismaCall {
  readonly kind: "prisma-call";
  /** As in code, e.g. `notification`. */
  readonly model: NamedAt;
  readonly method: string;
  /** Field names seen in data, where, select, include, orderBy, with a guess at their type, to draft a model. */
  readonly fields: readonly CodeField[];
}

export interface CodeField {
  readonly name: string;
  readonly in: "data" | "where" | "select" | "include" | "orderBy";
  readonly type: "string" | "number" | "boolean" | "date" | "json" | "relation" | "unknown";
  /** The expression's text, for choosing relations (`userId: user.id`). */
  readonly text?: string;
}

export interface SupabaseClientConstruction {
  readonly kind: "supabase-client";
  /** The function called: `createClient`, `createBrowserClient`, `createServerClient`, `createClientComponentClient` ... */
  readonly factory: string;
  readonly module: string;
  /** What kind of client: by factory and key. */
  readonly client: "browser" | "server" | "service" | "plain";
  readonly url?: NamedAt;
  /** The environment variable (without `quote`), or the first letters of the literal, used as the key. */
  readonly key?: NamedAt;
  readonly exportedAs?: string;
  readonly variable?: string;
  readonly guarded: boolean;
  /** Inside a function that makes one per request. */
  readonly perRequest: boolean;
  readonly clientComponent: boolean;
  readonly declaration?: Span;
  readonly imported?: ImportedFact;
}

/** `.from("tasks").select("id, owner(name)").eq("ownerId", x)`. */
export interface SupabaseQuery {
  readonly kind: "supabase-query";
  readonly schema?: string;
  readonly table?: NamedAt;
  readonly method?: "select" | "insert" | "update" | "upsert" | "delete";
  /** `.insert(...).select()`. */
  readonly returning: boolean;
  /** Columns named in select, filters, order and object literals of insert/update; never those of embedded tables. */
  readonly columns: readonly (NamedAt & { readonly in: "select" | "filter" | "order" | "data" })[];
  /** Which client makes the call, when known. */
  readonly client?: "browser" | "server" | "service" | "plain";
}

export interface SupabaseRpc {
  readonly kind: "supabase-rpc";
  readonly schema?: string;
  readonly function?: NamedAt;
}

/** `.on("postgres_changes", { event, schema, table, filter }, ...)`. */
export interface RealtimeSubscription {
  readonly kind: "realtime-subscription";
  readonly event?: string;
  readonly schema?: NamedAt;
  readonly table?: NamedAt;
  /** Where the filter names a column: `userId=eq.${id}` gives `userId`. */
  readonly column?: NamedAt;
  /** Which client listens, when known. */
  readonly client?: "browser" | "server" | "service" | "plain";
}

export interface RealtimeChannel {
  readonly kind: "realtime-channel";
  readonly topic?: NamedAt;
  /** Where parts of the topic are not known: `room:*`, at the first part that is. */
  readonly pattern?: NamedAt;
  readonly private: boolean | undefined;
  readonly uses: readonly ("broadcast" | "presence" | "postgres_changes")[];
  /** The options object or the closing parenthesis of `.channel(...)`, for a fix. */
  readonly optionsAt: Span;
}

export interface StorageUse {
  readonly kind: "storage";
  readonly bucket?: NamedAt;
  readonly method?: string;
  /** Paths of objects, with what their unknown parts are called: `{organizationId}/{task.id}/{}`. */
  readonly paths?: readonly string[];
  /** Which client makes the call, when known. */
  readonly client?: "browser" | "server" | "service" | "plain";
}

/** `process.env.X`, `process.env["X"]`, `import.meta.env.X`, `Deno.env.get("X")`. */
export interface EnvironmentRead {
  readonly kind: "environment";
  readonly variable: NamedAt;
  /** `process.env.X!` or used without a check. */
  readonly asserted: boolean;
  readonly clientComponent: boolean;
}

/**
 * A zod, valibot, envalid, t3-env or hand-written (`checks`) check of the environment at start. `variables` is empty
 * where the schema's shape stands in another file.
 */
export interface EnvironmentSchema {
  readonly kind: "environment-schema";
  readonly variables: readonly string[];
  readonly library: string;
}

/** An import that rules ask about: ORMs, Supabase helpers, pg, zod. */
export interface PackageImport {
  readonly kind: "import";
  /** Package name without subpath: `drizzle-orm`, `@supabase/ssr`. */
  readonly package: string;
  readonly specifier: NamedAt;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
}

/** `set_config('app.tenant', ...)` or `SET app.tenant` in SQL that code sends. */
export interface SettingCall {
  readonly kind: "setting";
  readonly setting: string;
  readonly local: boolean | undefined;
  /** Inside `$transaction` or between BEGIN and COMMIT. */
  readonly inTransaction: boolean;
}

/** SQL in `$queryRaw`, `Prisma.sql`, `sql` templates or `client.query("...")`: text with placeholders for holes. */
export interface SqlInCode {
  readonly kind: "sql";
  readonly text: string;
  readonly tag: string;
}

/** `new Pool({ connectionString })`, `postgres(url)`, `drizzle(url)`. */
export interface PgConnection {
  readonly kind: "pg-connection";
  readonly library: string;
  readonly url?: NamedAt;
}

/** `db.select().from(invoices)`, `repository.findOneBy(...)`: a query of another ORM than Prisma. */
export interface OrmQuery {
  readonly kind: "orm-query";
  /** As in `pg-connection`: the package. */
  readonly library: string;
  readonly method: string;
  /** The table, model or entity, where the query names one. */
  readonly table?: string;
}

/** A literal that is a secret by its known prefix or shape. `what`: "Supabase service key". Never holds the secret. */
export interface SecretLiteral {
  readonly kind: "secret";
  readonly what: string;
  readonly clientComponent: boolean;
  readonly demo: boolean;
  /** The same for the same secret. */
  readonly mark: string;
}

/** Everything known of one code file after linking. */
export interface CodeFile {
  readonly path: string;
  readonly role: FileRole;
  readonly clientComponent: boolean;
  readonly usages: readonly Usage[];
  readonly directives: readonly Directive[];
}

/**
 * Names that generated types (`supabase gen types`) say exist: evidence, so that what dashboards made is never
 * "unknown". Tables, views and functions by catalog key (`public.tasks`), columns as the database has them.
 */
export interface GeneratedNames {
  readonly path: string;
  readonly tables: ReadonlyMap<string, ReadonlySet<string>>;
  readonly views: ReadonlyMap<string, ReadonlySet<string>>;
  readonly functions: ReadonlySet<string>;
}

export const placeOf = (usage: { readonly path: string; readonly span: Span }): Place => ({
  path: usage.path,
  span: usage.span,
});
