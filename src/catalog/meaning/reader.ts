import type { Expr, FromItem, Query } from "../../source/sql/expression.ts";
import type { Span } from "../../text/span.ts";
import type { Catalog } from "../catalog.ts";
import type { Meaning } from "../resolve/resolve.ts";
import type { Formula, Ranged, Term } from "./formula.ts";

/** How a platform names who asks. */
export interface CallerNames {
  /** Functions, `schema.name`, that name the caller. */
  readonly functions: readonly string[];
  /** The function that gives the caller's whole token, and the setting it is read from. */
  readonly token?: string;
  readonly tokenSetting?: string;
  /** Functions that give one claim of the token: `auth.uid` -> `sub`. */
  readonly claims: Readonly<Record<string, string>>;
  /** Claims of the token that are objects: a key that one has is a claim as well. */
  readonly objects: readonly string[];
  /** The role that every caller's session logged in as, whatever role it took on then. */
  readonly login?: string;
}

/** What the policies of a table in a sub-select let its reader see, about row 0; undefined where nothing limits it. */
export type Sees = (table: string) => Formula | undefined;

/** A value with the condition under which it is this one. `from` are the rows of a scalar sub-select it comes from. */
export interface Choice {
  readonly when: Formula;
  readonly term: Term;
  readonly from?: { readonly rows: readonly Ranged[]; readonly where: Formula };
}

/** What an item of FROM brings: a row of a table, or computed columns. */
export type Source =
  | { readonly kind: "row"; readonly row: number; readonly table: string | undefined }
  | { readonly kind: "columns"; readonly columns: ReadonlyMap<string, readonly Choice[]> };

export interface NamedQuery {
  readonly name: string;
  readonly query: Query;
  readonly columns: readonly string[] | undefined;
  readonly frame: Frame;
  readonly recursive: boolean;
  readonly outer: NamedQuery | undefined;
}

/** What one argument of a function is; `of` is the function's own name, by which the argument may be told from columns. */
export interface Argument {
  readonly name: string | undefined;
  readonly of?: string;
  readonly choices: readonly Choice[];
}

/** Where an expression stands while it is read: what its names mean, inside which calls. */
export interface Frame {
  readonly meaning: Meaning;
  readonly sources: ReadonlyMap<FromItem, Source>;
  readonly named: NamedQuery | undefined;
  /** Values of a function's arguments, by position and name. */
  readonly args: readonly Argument[];
  /** The clause itself, not a helper's body: only there places mean something. */
  readonly top: boolean;
  /** Functions around, innermost last: a call of one of them again is not followed. */
  readonly inside: readonly string[];
  /** Runs as its owner, whom policies do not hold. */
  readonly definer: boolean;
  /** The query whose rows are one here: aggregates are of all of them. */
  readonly grouped?: Query;
}

/** What reading one clause shares. */
export interface Reading {
  readonly catalog: Catalog;
  readonly names: CallerNames;
  readonly sees: Sees | undefined;
  nextRow: number;
  /** Nodes that may still be read; past it everything is opaque. */
  left: number;
  /** What was not understood, with its place where it stands in the clause. */
  readonly unread: Unread[];
  /** Set once `sees` was asked, or would have been. */
  looked: boolean;
}

export interface Unread {
  readonly what: string;
  readonly at?: Span;
}

export const spanOf = (expr: Expr, frame: Frame): Span | undefined => (frame.top ? expr.span : undefined);
