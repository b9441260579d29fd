import type { Span } from "../../text/span.ts";

/** A name as written, after PostgreSQL's case folding: `Public."User"` is `{schema: "public", name: "User"}`. */
export interface QualifiedName {
  readonly schema?: string;
  readonly name: string;
  readonly span: Span;
}

/**
 * A type as written, less its alias: `int4`, `varchar`, `app.role`. Built-in types carry PostgreSQL's internal name
 * without `pg_catalog` (`int` is `int4`); `length` holds the modifiers as text (`numeric(10,2)` has "10,2").
 */
export interface TypeName {
  readonly schema?: string;
  readonly name: string;
  readonly modifiers?: string;
  readonly array: boolean;
  readonly span: Span;
}

/**
 * An SQL expression, reduced to what policies are judged by. Names are as written (folded), not resolved:
 * resolving is the catalog's work. Plain data: it is cached on disk and compared structurally.
 */
export type Expr =
  | { readonly kind: "column"; readonly path: readonly string[]; readonly span: Span }
  | {
      readonly kind: "constant";
      readonly type: "string" | "number" | "boolean" | "null" | "bit";
      readonly value: string;
      readonly span: Span;
    }
  | { readonly kind: "parameter"; readonly number: number; readonly span: Span }
  /** Also `current_user`, `session_user`, `current_date` ...: one-word names without arguments and `bare`. */
  | {
      readonly kind: "call";
      readonly name: readonly string[];
      readonly args: readonly Expr[];
      /** Where an argument is named (`f(a => 1)`): one entry an argument, null for those by position. */
      readonly argumentNames?: readonly (string | null)[];
      readonly bare?: boolean;
      readonly distinct?: boolean;
      readonly over?: boolean;
      /** The expressions of FILTER, ORDER BY and OVER. */
      readonly extra?: readonly Expr[];
      readonly span: Span;
    }
  /** `left` is absent for prefix operators. LIKE is `~~`, ILIKE `~~*`, NOT LIKE `!~~`; `quantifier` for `= any (array)`. */
  | {
      readonly kind: "operator";
      readonly name: string;
      readonly left?: Expr;
      readonly right: Expr;
      readonly quantifier?: "any" | "all";
      readonly span: Span;
    }
  | { readonly kind: "and" | "or"; readonly args: readonly Expr[]; readonly span: Span }
  | { readonly kind: "not"; readonly arg: Expr; readonly span: Span }
  | {
      readonly kind: "test";
      readonly test: "null" | "true" | "false" | "unknown";
      readonly negated: boolean;
      readonly arg: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: "distinct";
      readonly negated: boolean;
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: "in";
      readonly negated: boolean;
      readonly left: Expr;
      readonly list: readonly Expr[];
      readonly span: Span;
    }
  | {
      readonly kind: "between";
      readonly negated: boolean;
      readonly arg: Expr;
      readonly low: Expr;
      readonly high: Expr;
      readonly span: Span;
    }
  | { readonly kind: "cast"; readonly arg: Expr; readonly type: TypeName; readonly span: Span }
  | {
      readonly kind: "case";
      readonly arg?: Expr;
      readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
      readonly otherwise?: Expr;
      readonly span: Span;
    }
  | {
      readonly kind: "coalesce" | "greatest" | "least" | "array" | "row";
      readonly args: readonly Expr[];
      readonly span: Span;
    }
  | { readonly kind: "nullif"; readonly left: Expr; readonly right: Expr; readonly span: Span }
  /** `(arg)[1]`, `(arg).field`. */
  | { readonly kind: "element"; readonly arg: Expr; readonly index: readonly Expr[]; readonly span: Span }
  | { readonly kind: "field"; readonly arg: Expr; readonly name: string; readonly span: Span }
  /** `x in (select ...)` is form "any" with operator "="; NOT IN is a `not` around it. */
  | {
      readonly kind: "subquery";
      readonly form: "exists" | "scalar" | "array" | "any" | "all";
      readonly operator?: string;
      readonly left?: Expr;
      readonly query: Query;
      readonly span: Span;
    }
  /** Something this model has no word for; its parts still count. */
  | { readonly kind: "other"; readonly what: string; readonly args: readonly Expr[]; readonly span: Span };

export interface Target {
  readonly expr: Expr;
  readonly name?: string;
}

export interface CommonTable {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly recursive: boolean;
  readonly query: Query;
}

/**
 * A SELECT, VALUES, or a data-modifying statement inside WITH or a function body. `targets` of UPDATE, MERGE and ON
 * CONFLICT DO UPDATE are the assignments; `from` of INSERT ... SELECT is that query.
 */
export interface Query {
  readonly command: "select" | "values" | "insert" | "update" | "delete" | "merge" | "other";
  readonly ctes: readonly CommonTable[];
  readonly targets: readonly Target[];
  readonly from: readonly FromItem[];
  readonly where?: Expr;
  /** DISTINCT, and DISTINCT ON. */
  readonly distinct?: boolean;
  readonly groupBy?: readonly Expr[];
  readonly having?: Expr;
  readonly orderBy?: readonly Expr[];
  readonly limit?: Expr;
  readonly offset?: Expr;
  readonly values?: readonly (readonly Expr[])[];
  readonly setOperation?: {
    readonly operator: "union" | "intersect" | "except";
    readonly all: boolean;
    readonly left: Query;
    readonly right: Query;
  };
  /** The table that a data-modifying statement writes. */
  readonly into?: QualifiedName;
  /** What the statement calls it. */
  readonly intoAlias?: string;
  /** The columns an INSERT names. */
  readonly columns?: readonly string[];
  readonly returning?: readonly Target[];
  readonly locking?: boolean;
  readonly span: Span;
}

export type FromItem =
  | {
      readonly kind: "table";
      readonly name: QualifiedName;
      readonly alias?: string;
      readonly columns?: readonly string[];
    }
  | {
      readonly kind: "query";
      readonly query: Query;
      readonly alias?: string;
      readonly columns?: readonly string[];
      readonly lateral: boolean;
    }
  | {
      readonly kind: "function";
      readonly call: Expr;
      readonly alias?: string;
      readonly columns?: readonly string[];
      /** WITH ORDINALITY: one more column, of numbers. */
      readonly ordinality?: true;
    }
  | {
      readonly kind: "join";
      readonly type: "inner" | "left" | "right" | "full";
      readonly left: FromItem;
      readonly right: FromItem;
      readonly on?: Expr;
      readonly using?: readonly string[];
      readonly natural?: boolean;
      readonly alias?: string;
    };
