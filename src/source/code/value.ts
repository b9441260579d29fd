import type { Span } from "../../text/span.ts";

/**
 * An expression, reduced to what linking may ask of it. `null`: nothing of interest. Indexes point into the tables of
 * the same `CodeFacts`; `at` is the offset where a name begins.
 */
export type Value =
  | null
  /** A string, template or concatenation. */
  | { readonly is: "text"; readonly parts: readonly TextPart[]; readonly quote?: string }
  | { readonly is: "flag"; readonly value: boolean }
  | { readonly is: "binding"; readonly binding: number }
  | { readonly is: "import"; readonly module: number; readonly name: string }
  /** A name that no scope declares: `globalThis`, `Object`. */
  | { readonly is: "global"; readonly name: string }
  | { readonly is: "this"; readonly class: number }
  | { readonly is: "param"; readonly function: number; readonly index: number; readonly rest?: true }
  | { readonly is: "member"; readonly of: Value; readonly name: string; readonly at: number }
  | { readonly is: "element"; readonly of: Value; readonly index: Value }
  | CallValue
  | { readonly is: "new"; readonly of: Value; readonly args: readonly Value[] }
  | { readonly is: "object"; readonly entries: readonly EntryValue[] }
  | { readonly is: "array"; readonly items: readonly Value[] }
  | { readonly is: "function"; readonly function: number }
  | { readonly is: "class"; readonly class: number }
  /** The first of the two that is known: `a ?? b`, a default. */
  | { readonly is: "or"; readonly of: Value; readonly fallback: Value }
  /** One of several: `c ? a : b`, a variable that is assigned more than once. */
  | { readonly is: "any"; readonly of: readonly Value[] }
  /** Each element of an array in turn; `id` is one loop. */
  | { readonly is: "each"; readonly of: Value; readonly id: number }
  /** `process.env.X`. */
  | { readonly is: "environment"; readonly name: string; readonly at: number; readonly quote?: string }
  | { readonly is: "typed"; readonly of: Value; readonly type: TypeFact }
  /** An expression that is a site of its own. */
  | { readonly is: "site"; readonly site: number }
  | { readonly is: "spread"; readonly of: Value };

export interface CallValue {
  readonly is: "call";
  readonly of: Value;
  readonly args: readonly Value[];
  /** From the name that is called to the closing parenthesis; only where a usage may stand on it. */
  readonly at?: Span;
  /** The second argument of `.channel(...)`, or the place for one. */
  readonly options?: Span;
  /** The first type argument. */
  readonly type?: TypeFact;
  /** What a Prisma call's argument names. */
  readonly fields?: readonly FieldFact[];
}

/** Text as written, with its place, or a hole with its value and the name it is written by: `user.id`. `escaped`: it has backslashes. */
export type TextPart =
  | { readonly text: string; readonly start: number; readonly escaped?: true }
  | { readonly hole: Value; readonly name?: string };

export interface EntryValue {
  /** Undefined for a spread. */
  readonly name?: string;
  /** Where the name begins. */
  readonly at?: number;
  readonly quote?: string;
  readonly value: Value;
}

/** A key in the argument of a Prisma call, with a guess at its type. */
export interface FieldFact {
  readonly name: string;
  readonly in: "data" | "where" | "select" | "include" | "orderBy";
  readonly type: "string" | "number" | "boolean" | "date" | "json" | "relation" | "unknown";
  readonly text?: string;
}

/** A type, as far as it can name a client. `null`: nothing of interest. */
export type TypeFact =
  | null
  | { readonly is: "name"; readonly of: Value; readonly name: string; readonly args?: readonly TypeFact[] }
  | { readonly is: "declared"; readonly type: number }
  | { readonly is: "typeof"; readonly of: Value }
  | { readonly is: "members"; readonly members: Readonly<Record<string, TypeFact>> }
  | { readonly is: "any"; readonly of: readonly TypeFact[] };
