import type { Expr, Query } from "../source/sql/expression.ts";
import type {
  FunctionArgument,
  FunctionBody,
  PolicyCommand,
  Privilege,
  RoleOptions,
  Unresolved,
} from "../source/sql/statement.ts";
import type { Place } from "../text/span.ts";

/**
 * What a database holds after the statements ran in order. Frozen: a changed object is a new object, an unchanged
 * one keeps its identity between two catalogs, so that what was computed from it may be kept.
 * Keys of maps are `schema.name` (`qualify`), names exactly as PostgreSQL stores them.
 */
export interface Catalog {
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly roles: ReadonlyMap<string, Role>;
  /** Ordinary, partitioned and foreign tables. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly views: ReadonlyMap<string, View>;
  /** By `schema.name`; overloads in one list. */
  readonly functions: ReadonlyMap<string, readonly Func[]>;
  readonly types: ReadonlyMap<string, Type>;
  readonly publications: ReadonlyMap<string, Publication>;
  /** Storage buckets by id. */
  readonly buckets: ReadonlyMap<string, Bucket>;
  readonly extensions: ReadonlyMap<string, { readonly name: string; readonly schema: string }>;
  readonly eventTriggers: readonly {
    readonly name: string;
    readonly event: string;
    readonly function: string;
    readonly made: Place;
  }[];
  readonly defaultPrivileges: readonly DefaultPrivilege[];
  /** ALTER ROLE / DATABASE ... SET. */
  readonly settings: readonly {
    readonly on: "role" | "database";
    readonly name: string;
    readonly setting: string;
    readonly values: readonly string[];
    readonly made: Place;
  }[];
  /** Session settings that migrations leave behind (`set app.x = 1`, `set_config(..., false)`). */
  readonly unresolved: readonly (Unresolved & { readonly place: Place })[];
  /** What happened on the way, in order: what the rules on history read (weakened, cascaded, unknown targets). */
  readonly events: readonly CatalogEvent[];
  /** `schema`s of the search path in force at the end. */
  readonly searchPath: readonly string[];
  /** Refused policies that no table can hold: its table is unknown or no table, or has a policy of that name. Others stand in `Table.policies`, marked. */
  readonly refused: readonly Policy[];
}

export const qualify = (schema: string, name: string): string => `${schema}.${name}`;

/**
 * Where an object comes from. `made` is the statement that created it (of a function or view replaced by CREATE OR
 * REPLACE, the last one: it says everything anew), `changed` those that altered it since, in order.
 */
export interface Provenance {
  readonly made: Place;
  readonly changed: readonly Place[];
  /** Part of the platform (auth.users, storage.objects): no finding is about it, unless sources changed it. */
  readonly platform: boolean;
  /** Made inside IF, a loop or an exception block: it may not exist. */
  readonly conditional: boolean;
}

export interface Schema extends Provenance {
  readonly name: string;
  readonly owner?: string;
  readonly grants: readonly Grant[];
}

export interface Role extends Provenance {
  readonly name: string;
  readonly options: Required<RoleOptions>;
  /** Roles this one is a member of, directly. */
  readonly memberOf: readonly Membership[];
}

export interface Membership {
  readonly role: string;
  readonly inherit: boolean;
  readonly set: boolean;
  readonly made: Place;
}

export interface Table extends Provenance {
  readonly schema: string;
  readonly name: string;
  readonly kind: "ordinary" | "partitioned" | "foreign";
  /** Made by Prisma without a model: `_AToB`, `_prisma_migrations`. */
  readonly implicit: boolean;
  readonly owner?: string;
  readonly columns: ReadonlyMap<string, Column>;
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  /** The statements that last set the switch and FORCE, on or off. */
  readonly rowSecurityPlace?: Place;
  readonly forcedPlace?: Place;
  /** Set where a statement built at run time may have changed the switch or the policies of this table. */
  readonly uncertain: boolean;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly triggers: readonly Trigger[];
  readonly grants: readonly Grant[];
  readonly partitionOf?: string;
  /** Keys of parents (INHERITS) and, for partitions, the partitioned table. */
  readonly inherits: readonly string[];
  /** Where rows were copied from: CREATE TABLE AS, LIKE; or a rename that took the name of another table. */
  readonly copiedFrom?: {
    readonly table: string;
    readonly how: "as" | "like" | "swap";
    readonly place: Place;
    /** The other table's switch was on at that moment. */
    readonly protected: boolean;
  };
  readonly replicaIdentity: "default" | "full" | "nothing" | "index";
  /** Constant rows that migrations insert: enough for lookups and tests of literals; bounded. */
  readonly comment?: string;
}

export interface Column {
  readonly name: string;
  readonly type: ResolvedType;
  readonly notNull: boolean;
  readonly primaryKey: boolean;
  readonly default?: Expr;
  readonly generated: boolean;
  readonly identity: boolean;
  readonly made: Place;
  readonly grants: readonly Grant[];
}

/** A type after resolution: built-in names without a schema (`uuid`, `text`, `int4`), others `schema.name`; domains name their base. */
export interface ResolvedType {
  readonly name: string;
  readonly array: boolean;
  readonly base?: string;
  readonly kind: "builtin" | "enum" | "domain" | "composite" | "unknown";
}

export interface Constraint {
  readonly kind: "primary key" | "unique" | "foreign key" | "check" | "exclude";
  readonly name: string;
  readonly columns: readonly string[];
  /** `table` is a key of `Catalog.tables`; it may name a table that no longer exists. */
  readonly references?: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly onDelete?: string;
  };
  readonly check?: Expr;
  /** Rows from before it may not meet it. */
  readonly notValid?: true;
  readonly made: Place;
}

export interface Index {
  readonly name: string;
  readonly schema: string;
  readonly unique: boolean;
  readonly method: string;
  readonly keys: readonly { readonly column?: string; readonly expr?: Expr }[];
  readonly where?: Expr;
  readonly made: Place;
  /** Of a primary key or unique constraint. */
  readonly constraint: boolean;
}

export interface Policy extends Provenance {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly nameSpan: Place;
  readonly permissive: boolean;
  readonly command: PolicyCommand;
  /** `["public"]` where there is no TO. */
  readonly roles: readonly string[];
  /** False where no TO was written. */
  readonly rolesStated: boolean;
  readonly using?: PolicyClause;
  readonly check?: PolicyClause;
  /** Why PostgreSQL would refuse it; such a policy protects nothing and opens nothing. */
  readonly refused?: Refusal;
  readonly comment?: string;
}

export interface PolicyClause {
  readonly expr: Expr;
  /** The source text between the parentheses, as written where it was last set. */
  readonly text: string;
  readonly place: Place;
  readonly outer: Place;
  /** The search path under which its names are resolved. */
  readonly searchPath: readonly string[];
}

/** `at` is the offending name or operator. `near` is the real name where one is close. */
export type Refusal = { readonly at: Place; readonly message: string } & (
  | {
      readonly kind:
        | "table-unknown"
        | "column-unknown"
        | "function-unknown"
        | "type-unknown"
        | "role-unknown";
      readonly name: string;
      readonly near?: string;
    }
  | {
      readonly kind: "type-mismatch";
      readonly operator: string;
      readonly left: string;
      readonly right: string;
      readonly leftExpr?: Place;
      readonly rightExpr?: Place;
    }
  /** A constant that its enum or type does not take. */
  | { readonly kind: "value-invalid"; readonly type: string; readonly value: string; readonly near?: string }
  | { readonly kind: "duplicate" }
  | { readonly kind: "clause" }
);

export interface Func extends Provenance {
  readonly schema: string;
  readonly name: string;
  readonly procedure: boolean;
  readonly args: readonly (Omit<FunctionArgument, "type"> & { readonly type: ResolvedType })[];
  readonly returns?: ResolvedType;
  readonly returnsSet: boolean;
  readonly language: string;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly securityDefiner: boolean;
  readonly leakproof: boolean;
  /** RETURNS NULL ON NULL INPUT: where an argument is NULL its body does not run. */
  readonly strict: boolean;
  readonly settings: Readonly<Record<string, readonly string[]>>;
  readonly owner?: string;
  readonly source?: string;
  readonly body: FunctionBody;
  /** Search path for names in the body: its own setting, else the one in force when it was made. */
  readonly searchPath: readonly string[];
  readonly grants: readonly Grant[];
  /** False once `revoke ... from public` took the built-in EXECUTE away. */
  readonly publicExecute: boolean;
  /** Set where a statement built at run time may have changed its settings or grants. */
  readonly uncertain?: true;
}

export interface View extends Provenance {
  readonly schema: string;
  readonly name: string;
  readonly materialized: boolean;
  readonly owner?: string;
  readonly options: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly query: Query;
  readonly searchPath: readonly string[];
  readonly grants: readonly Grant[];
  /** INSTEAD OF triggers and rules: what runs in place of a command on the view. */
  readonly instead: readonly Instead[];
  /** Set where a statement built at run time may have changed its options. */
  readonly uncertain?: true;
}

export interface Instead {
  readonly name: string;
  readonly kind: "trigger" | "rule";
  readonly events: readonly string[];
}

export interface Type extends Provenance {
  readonly schema: string;
  readonly name: string;
  readonly kind: "enum" | "domain" | "composite";
  readonly values: readonly string[];
  readonly base?: ResolvedType;
  readonly columns: ReadonlyMap<string, ResolvedType>;
}

export interface Trigger {
  readonly name: string;
  /** Key into `functions`. */
  readonly function: string;
  readonly events: readonly string[];
  readonly timing: string;
  readonly made: Place;
}

export interface Grant {
  readonly role: string;
  /** Never "all": that is spelled out, one grant for each privilege. */
  readonly privilege: Privilege;
  /** `assumed`: a platform's default; `default-privileges`: from ALTER DEFAULT PRIVILEGES; `explicit` by name; `all` from `grant all` or ALL TABLES IN SCHEMA. */
  readonly origin: "explicit" | "all" | "default-privileges" | "assumed";
  readonly made: Place;
}

export interface DefaultPrivilege {
  readonly forRole?: string;
  readonly schema?: string;
  readonly on: "table" | "sequence" | "schema" | "function" | "type" | "other";
  readonly privilege: Privilege;
  readonly role: string;
  readonly made: Place;
  readonly platform: boolean;
}

export interface Publication extends Provenance {
  readonly name: string;
  readonly allTables: boolean;
  readonly schemas: readonly string[];
  /** Table key -> the statement that added it. */
  readonly tables: ReadonlyMap<string, Place>;
}

export interface Bucket extends Provenance {
  readonly id: string;
  readonly name: string;
  /** Unknown where the value is no constant. */
  readonly public: boolean | undefined;
}

/** Something that happened during the replay, at a place. `history` is true where a later statement undid it. */
export type CatalogEvent = { readonly place: Place } & (
  | { readonly kind: "row-security-disabled"; readonly table: string }
  | { readonly kind: "policy-dropped"; readonly table: string; readonly policy: Policy }
  | {
      readonly kind: "policy-changed";
      readonly table: string;
      readonly before: Policy;
      readonly after: Policy;
    }
  | {
      readonly kind: "policy-cascaded";
      readonly table: string;
      readonly policy: Policy;
      readonly dropped: string;
    }
  /** A drop or type change that PostgreSQL refuses because a policy uses the object. */
  | {
      readonly kind: "drop-blocked";
      readonly table: string;
      readonly policy: Policy;
      readonly dropped: string;
      readonly what: "drop" | "type";
    }
  /** A name that no object has: target of a policy, ALTER or GRANT. `near` is the real name, as it would be written. */
  | {
      readonly kind: "target-unknown";
      readonly statement: string;
      readonly schema: string;
      readonly name: string;
      readonly nameAt: Place;
      readonly near?: string;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: "policy-unknown";
      readonly table: string;
      readonly name: string;
      readonly near?: string;
      readonly ifExists: boolean;
    }
  | { readonly kind: "table-dropped"; readonly table: string; readonly hadPolicies: boolean }
  | {
      readonly kind: "setting";
      readonly name: string;
      readonly values: readonly string[];
      readonly local: boolean;
    }
);
