import type { Span } from "../../text/span.ts";
import type { Expr, QualifiedName, Query, TypeName } from "./expression.ts";

/**
 * One statement of a migration, reduced to what the catalog needs: plain data with names folded and unresolved.
 * `span` covers the statement without leading comments and without its semicolon.
 */
export type Statement = {
  readonly span: Span;
  /** Inside IF, an exception block or a loop of a DO body: it may not have run. */
  readonly conditional?: true;
} & StatementBody;

export type StatementBody =
  | SchemaStatement
  | RoleStatement
  | TableStatement
  | PolicyStatement
  | FunctionStatement
  | ViewStatement
  | GrantStatement
  | PublicationStatement
  | OtherStatement;

/** What ALTER ... RENAME, SET SCHEMA, OWNER, DROP and COMMENT act on. */
export type ObjectKind =
  | "table"
  | "view"
  | "materialized view"
  | "foreign table"
  | "index"
  | "sequence"
  | "schema"
  | "role"
  | "function"
  | "type"
  | "domain"
  | "policy"
  | "trigger"
  | "constraint"
  | "column"
  | "publication"
  | "extension"
  | "event trigger"
  | "rule"
  | "database"
  | "other";

export type SchemaStatement =
  /** `statements`: the elements of CREATE SCHEMA ... CREATE TABLE ... */
  | {
      readonly kind: "create-schema";
      readonly name: string;
      readonly owner?: string;
      readonly ifNotExists: boolean;
      readonly statements: readonly Statement[];
    }
  | { readonly kind: "create-extension"; readonly name: string; readonly schema?: string }
  | { readonly kind: "create-enum"; readonly name: QualifiedName; readonly values: readonly string[] }
  | {
      readonly kind: "alter-enum";
      readonly name: QualifiedName;
      readonly addValue?: string;
      readonly renameValue?: readonly [string, string];
    }
  | { readonly kind: "create-domain"; readonly name: QualifiedName; readonly type: TypeName }
  /** Range types and base types: nothing is known of them but their name. */
  | { readonly kind: "create-type"; readonly name: QualifiedName }
  | {
      readonly kind: "create-composite";
      readonly name: QualifiedName;
      readonly columns: readonly ColumnDefinition[];
    }
  | { readonly kind: "create-sequence"; readonly name: QualifiedName }
  /** SET search_path / SET x = y / RESET x; `values` empty for RESET and DEFAULT. */
  | {
      readonly kind: "set";
      readonly name: string;
      readonly values: readonly string[];
      readonly local: boolean;
    }
  | {
      readonly kind: "transaction";
      readonly action: "begin" | "commit" | "rollback" | "savepoint" | "other";
    };

export interface RoleOptions {
  readonly login?: boolean;
  readonly superuser?: boolean;
  readonly bypassRls?: boolean;
  readonly inherit?: boolean;
  readonly createRole?: boolean;
}

export type RoleStatement =
  | {
      readonly kind: "create-role";
      readonly name: string;
      readonly options: RoleOptions;
      readonly memberOf: readonly string[];
      readonly members: readonly string[];
    }
  | { readonly kind: "alter-role"; readonly name: string; readonly options: RoleOptions }
  | {
      readonly kind: "alter-setting";
      readonly on: "role" | "database";
      readonly name: string;
      readonly setting: string;
      readonly values: readonly string[];
      readonly reset: boolean;
    }
  | {
      readonly kind: "grant-role";
      readonly revoke: boolean;
      readonly roles: readonly string[];
      readonly to: readonly string[];
      readonly inherit?: boolean;
      readonly set?: boolean;
    };

export interface ColumnDefinition {
  readonly name: string;
  readonly type?: TypeName;
  readonly notNull: boolean;
  readonly primaryKey: boolean;
  readonly default?: Expr;
  readonly generated?: Expr;
  readonly identity: boolean;
  readonly span: Span;
  readonly nameSpan: Span;
}

export interface ConstraintDefinition {
  readonly kind: "primary key" | "unique" | "foreign key" | "check" | "exclude" | "not null";
  readonly name?: string;
  readonly columns: readonly string[];
  readonly references?: {
    readonly table: QualifiedName;
    readonly columns: readonly string[];
    readonly onDelete?: string;
  };
  readonly check?: Expr;
  /** Rows from before it may not meet it. */
  readonly notValid?: true;
  /** UNIQUE/PRIMARY KEY USING INDEX name. */
  readonly usingIndex?: string;
  readonly span: Span;
}

export type TableStatement =
  | {
      readonly kind: "create-table";
      readonly name: QualifiedName;
      readonly tableKind: "ordinary" | "partitioned" | "foreign";
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
      readonly columns: readonly ColumnDefinition[];
      /** Those written with a column too, as the table's own. */
      readonly constraints: readonly ConstraintDefinition[];
      readonly inherits: readonly QualifiedName[];
      readonly partitionOf?: QualifiedName;
      readonly like: readonly {
        readonly table: QualifiedName;
        readonly all: boolean;
        readonly indexes: boolean;
        readonly constraints: boolean;
      }[];
      /** CREATE TABLE ... OF composite type. */
      readonly ofType?: QualifiedName;
    }
  /** CREATE TABLE AS and SELECT INTO. */
  | {
      readonly kind: "create-table-as";
      readonly name: QualifiedName;
      readonly temporary: boolean;
      readonly ifNotExists: boolean;
      readonly query: Query;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: "alter-table";
      readonly name: QualifiedName;
      readonly ifExists: boolean;
      readonly objectKind: ObjectKind;
      readonly actions: readonly AlterTableAction[];
    }
  | {
      readonly kind: "create-index";
      readonly name?: string;
      readonly table: QualifiedName;
      readonly unique: boolean;
      readonly concurrently: boolean;
      readonly ifNotExists: boolean;
      readonly method: string;
      readonly keys: readonly IndexKey[];
      readonly include: readonly string[];
      readonly where?: Expr;
    }
  | {
      readonly kind: "rename";
      readonly objectKind: ObjectKind;
      readonly name: QualifiedName;
      readonly part?: string;
      readonly args?: readonly TypeName[];
      readonly to: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "set-schema";
      readonly objectKind: ObjectKind;
      readonly name: QualifiedName;
      readonly args?: readonly TypeName[];
      readonly to: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "owner";
      readonly objectKind: ObjectKind;
      readonly name: QualifiedName;
      readonly args?: readonly TypeName[];
      readonly to: string;
    }
  /** `part`: the policy, trigger or rule of the table `name`. */
  | {
      readonly kind: "drop";
      readonly objectKind: ObjectKind;
      readonly objects: readonly {
        readonly name: QualifiedName;
        readonly part?: string;
        readonly partSpan?: Span;
        readonly args?: readonly TypeName[];
      }[];
      readonly ifExists: boolean;
      readonly cascade: boolean;
    };

/** `column` for a plain column, `expr` for an expression. */
export interface IndexKey {
  readonly column?: string;
  readonly expr?: Expr;
}

export type AlterTableAction = { readonly span: Span } & (
  | {
      readonly do: "add-column";
      readonly column: ColumnDefinition;
      readonly constraints: readonly ConstraintDefinition[];
      readonly ifNotExists: boolean;
    }
  | {
      readonly do: "drop-column";
      readonly name: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly do: "column-type"; readonly name: string; readonly type: TypeName }
  | { readonly do: "column-default"; readonly name: string; readonly default?: Expr }
  | { readonly do: "column-not-null"; readonly name: string; readonly notNull: boolean }
  | { readonly do: "add-constraint"; readonly constraint: ConstraintDefinition }
  | {
      readonly do: "drop-constraint";
      readonly name: string;
      readonly ifExists: boolean;
      readonly cascade: boolean;
    }
  | { readonly do: "row-security"; readonly enabled: boolean }
  | { readonly do: "force-row-security"; readonly forced: boolean }
  | { readonly do: "attach-partition" | "detach-partition"; readonly partition: QualifiedName }
  | { readonly do: "inherit" | "no-inherit"; readonly parent: QualifiedName }
  | {
      readonly do: "replica-identity";
      readonly identity: "default" | "full" | "nothing" | "index";
      readonly index?: string;
    }
  | { readonly do: "options"; readonly options: Readonly<Record<string, string>>; readonly reset: boolean }
  | { readonly do: "owner"; readonly to: string }
  | { readonly do: "other"; readonly what: string }
);

export type PolicyCommand = "all" | "select" | "insert" | "update" | "delete";

export type PolicyStatement =
  | {
      readonly kind: "create-policy";
      readonly name: string;
      readonly nameSpan: Span;
      readonly table: QualifiedName;
      readonly permissive: boolean;
      readonly command: PolicyCommand;
      /** As written; empty when there is no TO (then PUBLIC). PUBLIC itself is "public". */
      readonly roles: readonly RoleReference[];
      readonly using?: Clause;
      readonly check?: Clause;
    }
  | {
      readonly kind: "alter-policy";
      readonly name: string;
      readonly nameSpan: Span;
      readonly table: QualifiedName;
      readonly roles?: readonly RoleReference[];
      readonly using?: Clause;
      readonly check?: Clause;
    };

export interface RoleReference {
  readonly name: string;
  readonly span: Span;
}

/** USING (...) or WITH CHECK (...): `span` is what stands between the parentheses, without the blanks around it, `outer` the whole clause. */
export interface Clause {
  readonly expr: Expr;
  /** What stands between the parentheses where it does not stand in the source as it is: built by EXECUTE. */
  readonly text?: string;
  readonly span: Span;
  readonly outer: Span;
}

export interface FunctionArgument {
  readonly name?: string;
  readonly type: TypeName;
  readonly mode: "in" | "out" | "inout" | "variadic" | "table";
  readonly hasDefault: boolean;
  /** What it is where the call leaves it out. */
  readonly default?: Expr;
}

/** What a function's body was seen to do. `complete` is false where the body could not be read whole (dynamic SQL, other languages). */
/** The rows that a statement of a body finds, as a SELECT, and what must hold for it to be reached. */
export interface ReachedQuery {
  readonly query: Query;
  readonly when?: Expr;
}

export interface FunctionBody {
  readonly queries: readonly Query[];
  /** Expressions of PL/pgSQL (assignments, conditions, RETURN) outside queries. */
  readonly expressions: readonly Expr[];
  /** What RETURN gives or the last SELECT of an SQL function yields, when there is exactly one. */
  readonly result?: Expr;
  /** In PL/pgSQL: what it gives, changes and deletes, as far as the ways there could be followed. */
  readonly reached?: readonly ReachedQuery[];
  readonly dynamic: boolean;
  readonly complete: boolean;
  /** Statements other than queries that a call runs, as far as they could be followed. */
  readonly statements?: readonly Statement[];
  /** What a call builds at run time and reading cannot know. */
  readonly unresolved?: readonly Unresolved[];
  /** What PostgreSQL refuses of it when it is made. */
  readonly refused?: SqlError;
}

export type FunctionStatement =
  | {
      readonly kind: "create-function";
      readonly name: QualifiedName;
      readonly procedure: boolean;
      readonly replace: boolean;
      readonly args: readonly FunctionArgument[];
      readonly returns?: TypeName;
      readonly returnsSet: boolean;
      readonly language: string;
      readonly volatility: "immutable" | "stable" | "volatile";
      readonly securityDefiner: boolean;
      readonly leakproof: boolean;
      readonly strict: boolean;
      /** SET clauses, by lower-case name; `search_path` as its list. */
      readonly settings: Readonly<Record<string, readonly string[]>>;
      readonly source?: string;
      readonly sourceSpan?: Span;
      readonly body: FunctionBody;
    }
  | {
      readonly kind: "alter-function";
      readonly name: QualifiedName;
      readonly args?: readonly TypeName[];
      readonly volatility?: "immutable" | "stable" | "volatile";
      readonly securityDefiner?: boolean;
      readonly leakproof?: boolean;
      readonly strict?: boolean;
      readonly settings?: Readonly<Record<string, readonly string[]>>;
      readonly resetSettings?: readonly string[];
    }
  | {
      readonly kind: "create-trigger";
      readonly name: string;
      readonly table: QualifiedName;
      readonly function: QualifiedName;
      readonly events: readonly ("insert" | "update" | "delete" | "truncate")[];
      readonly timing: "before" | "after" | "instead of";
      readonly forEachRow: boolean;
    }
  | {
      readonly kind: "create-rule";
      readonly name: string;
      readonly table: QualifiedName;
      readonly event: "select" | "insert" | "update" | "delete";
    }
  | {
      readonly kind: "create-event-trigger";
      readonly name: string;
      readonly event: string;
      readonly function: QualifiedName;
      readonly tags: readonly string[];
    };

export type ViewStatement = {
  readonly kind: "create-view";
  readonly name: QualifiedName;
  readonly materialized: boolean;
  readonly replace: boolean;
  readonly temporary: boolean;
  readonly columns: readonly string[];
  /** `security_invoker`, `security_barrier`, `check_option` ... lower-case, values as text ("true" when given bare). */
  readonly options: Readonly<Record<string, string>>;
  readonly query: Query;
};

export type Privilege =
  | "select"
  | "insert"
  | "update"
  | "delete"
  | "truncate"
  | "references"
  | "trigger"
  | "usage"
  | "create"
  | "execute"
  | "connect"
  | "temporary"
  | "maintain"
  | "all"
  | "other";

export interface GrantedPrivilege {
  readonly privilege: Privilege;
  /** Column privileges; empty for the whole object. */
  readonly columns: readonly string[];
}

export type GrantStatement =
  | {
      readonly kind: "grant";
      readonly revoke: boolean;
      readonly privileges: readonly GrantedPrivilege[];
      readonly on: "table" | "sequence" | "schema" | "function" | "type" | "database" | "other";
      /** The objects named, or, with `allInSchemas`, every object of those schemas. */
      readonly objects: readonly { readonly name: QualifiedName; readonly args?: readonly TypeName[] }[];
      readonly allInSchemas: readonly string[];
      readonly roles: readonly RoleReference[];
      readonly cascade: boolean;
      /** REVOKE GRANT OPTION FOR: the privilege itself stays. */
      readonly grantOptionOnly?: boolean;
    }
  | {
      readonly kind: "default-privileges";
      readonly revoke: boolean;
      readonly forRoles: readonly string[];
      readonly inSchemas: readonly string[];
      readonly privileges: readonly GrantedPrivilege[];
      readonly on: "table" | "sequence" | "schema" | "function" | "type" | "other";
      readonly roles: readonly RoleReference[];
    };

export type PublicationStatement =
  | {
      readonly kind: "create-publication";
      readonly name: string;
      readonly allTables: boolean;
      readonly tables: readonly QualifiedName[];
      readonly schemas: readonly string[];
    }
  | {
      readonly kind: "alter-publication";
      readonly name: string;
      readonly action: "add" | "drop" | "set";
      readonly tables: readonly QualifiedName[];
      readonly schemas: readonly string[];
    };

export type OtherStatement =
  /** Rows written by a migration. `columns` x `rows` where they are constants: buckets and lookup rows. A missing value is null; `unknown` marks a non-constant. */
  | {
      readonly kind: "insert";
      readonly table: QualifiedName;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly InsertedValue[])[];
      /** False where `rows` are not all: a long list was cut, or the rows come from a query. */
      readonly complete: boolean;
      readonly onConflict: "nothing" | "update" | "none";
      /** INSERT ... SELECT. */
      readonly query?: Query;
    }
  /** UPDATE and DELETE of constants: `update storage.buckets set public = true where id = 'x'`. `where` is the equalities of column and constant; `exact` when that is all of it. */
  | {
      readonly kind: "update";
      readonly table: QualifiedName;
      readonly set: Readonly<Record<string, InsertedValue>>;
      readonly where: Readonly<Record<string, string>>;
      readonly exact: boolean;
    }
  | {
      readonly kind: "delete";
      readonly table: QualifiedName;
      readonly where: Readonly<Record<string, string>>;
      readonly exact: boolean;
    }
  /** SELECT f(...): `set_config`, `storage.create_bucket`, `cron.schedule` ... */
  | { readonly kind: "select"; readonly query: Query }
  | {
      readonly kind: "comment";
      readonly objectKind: ObjectKind;
      readonly name: QualifiedName;
      readonly part?: string;
      readonly text: string;
    }
  /**
   * DO. `statements` is what could be followed: plain DDL in the body (conditions ignored, marked `conditional`) and
   * loops over constant arrays with format('%I'). `unresolved` says why the rest could not.
   */
  | {
      readonly kind: "do";
      readonly statements: readonly Statement[];
      readonly unresolved: readonly Unresolved[];
      /** What PostgreSQL refuses of it. */
      readonly refused?: SqlError;
    }
  | { readonly kind: "truncate"; readonly tables: readonly QualifiedName[] }
  | { readonly kind: "other"; readonly what: string };

export type InsertedValue = { readonly value: string | boolean | number | null } | { readonly unknown: true };

/** A piece of SQL built at run time, that reading cannot know. */
export interface Unresolved {
  readonly span: Span;
  /** `EXECUTE format(...) in a loop over pg_tables`. */
  readonly reason: string;
  /** True where the built text was seen to switch row-level security or write policies. */
  readonly touchesRowSecurity: boolean;
  /** The text as far as it is known, with `?` for the rest: `alter table ? enable row level security`. */
  readonly sketch?: string;
}

/** One SQL file, read. Never throws: `errors` holds what PostgreSQL's grammar refused, one per statement. */
export interface SqlSource {
  readonly path: string;
  readonly statements: readonly Statement[];
  readonly errors: readonly SqlError[];
  /** What was passed over without being wrong: psql commands, COPY data, statements too long to read. */
  readonly notes: readonly SqlError[];
  /** Line comments whose text begins with `rowguard-ignore`, and block comments alike. */
  readonly directives: readonly Directive[];
  /** Files that psql reads in the middle of this one, in the order of the text. */
  readonly includes?: readonly Include[];
}

/** `\i file` or `\ir file`, whose path counts from the folder of the file that says it. */
export interface Include {
  readonly path: string;
  readonly relative: boolean;
  readonly span: Span;
}

export interface SqlError {
  readonly span: Span;
  readonly message: string;
}

/** A suppression comment, in any language: its text after the comment mark, and the span of the whole comment. */
export interface Directive {
  readonly text: string;
  readonly span: Span;
}
