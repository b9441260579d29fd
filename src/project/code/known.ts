import type { CodeFacts } from "../../source/code/facts.ts";
import type { EntryValue, TypeFact, Value } from "../../source/code/value.ts";

/** What an expression turned out to be. An expression may have several; none means that nobody can know. */
export type Known =
  | KnownText
  | { readonly is: "flag"; readonly value: boolean }
  /** The value of an environment variable. */
  | {
      readonly is: "environment";
      readonly name: string;
      readonly path: string;
      readonly at: number;
      readonly quote?: string;
    }
  | KnownArray
  | KnownObject
  | {
      readonly is: "function";
      readonly file: CodeFacts;
      readonly index: number;
      readonly frame: Frame | undefined;
    }
  | { readonly is: "class"; readonly file: CodeFacts; readonly index: number }
  | KnownInstance
  | { readonly is: "shape"; readonly file: CodeFacts; readonly members: Readonly<Record<string, TypeFact>> }
  | { readonly is: "module"; readonly path: string }
  /** What a package exports; "*" for the whole. */
  | { readonly is: "package"; readonly specifier: string; readonly name: string }
  /** An object that a class or function of a package made. */
  | {
      readonly is: "foreign";
      readonly specifier: string;
      readonly name: string;
      readonly args: readonly Thunk[];
    }
  | { readonly is: "prisma"; readonly transaction: boolean }
  | { readonly is: "prisma-class"; readonly module: string }
  | { readonly is: "prisma-namespace" }
  | { readonly is: "prisma-model"; readonly name: KnownText }
  | KnownSupabase
  | { readonly is: "query"; readonly draft: unknown; readonly file: CodeFacts }
  | {
      readonly is: "channel";
      readonly draft: unknown;
      readonly file: CodeFacts;
      readonly client?: SupabaseKind | undefined;
    }
  | { readonly is: "storage"; readonly client: SupabaseKind | undefined }
  | { readonly is: "bucket"; readonly draft: unknown; readonly file: CodeFacts }
  | KnownSql
  | { readonly is: "orm-query"; readonly draft: unknown; readonly file: CodeFacts }
  /** A React context, Vue injection and the like: what it holds has this type. */
  | {
      readonly is: "context";
      readonly type: TypeFact;
      readonly initial: Thunk | undefined;
      readonly file: CodeFacts;
    }
  /** One of several that are yet to be bound one after another. */
  | { readonly is: "pending" }
  /** A method that waits for its call. */
  | { readonly is: "method"; readonly of: Known; readonly name: string };

export type SupabaseKind = "browser" | "server" | "service" | "plain";

export interface KnownSupabase {
  readonly is: "supabase";
  readonly client: SupabaseKind | undefined;
  readonly schema: string | undefined;
}

/** A connection, or the client of an ORM; `table` is what it was asked for. */
export interface KnownSql {
  readonly is: "sql";
  readonly library: string;
  readonly table?: string;
}

export interface KnownText {
  readonly is: "text";
  readonly pieces: readonly Piece[];
}

/** A run of text at one place. `direct`: it stands where it is used, so that editing it changes nothing else. */
export interface Piece {
  /** Undefined for a hole. */
  readonly text: string | undefined;
  /** Of a hole: what its expression is called. */
  readonly name?: string;
  readonly path: string;
  readonly start: number;
  readonly direct: boolean;
  readonly quote?: string;
  readonly escaped?: true;
}

export interface KnownArray {
  readonly is: "array";
  readonly items: readonly Thunk[];
  readonly direct: boolean;
}

export interface KnownObject {
  readonly is: "object";
  readonly entries: readonly EntryValue[];
  readonly file: CodeFacts;
  readonly frame: Frame | undefined;
  readonly direct: boolean;
}

export interface KnownInstance {
  readonly is: "instance";
  readonly file: CodeFacts;
  readonly index: number;
  /** Arguments of its `new`, where one was seen. */
  readonly args: readonly Thunk[] | undefined;
  /** What is bound around a `this` of which no `new` was seen. */
  readonly frame?: Frame | undefined;
}

/** An expression of a file, to be evaluated when asked for. */
export interface Thunk {
  readonly value: Value;
  readonly file: CodeFacts;
  readonly frame: Frame | undefined;
  /** It is one of several in a constant. */
  readonly shared?: true;
  /** An argument seen from outside: its own caller's arguments are bound where it is evaluated. */
  readonly open?: true;
}

/** What is bound while an expression is evaluated: arguments of one call, or one element of one loop. */
export interface Frame {
  readonly key: string;
  readonly args: readonly Thunk[];
  readonly parent: Frame | undefined;
}

export const functionKey = (file: CodeFacts, index: number): string => `${file.path}#${index}`;
export const loopKey = (file: CodeFacts, id: number): string => `${file.path}@${id}`;

export function findFrame(frame: Frame | undefined, key: string): Frame | undefined {
  for (let at = frame; at; at = at.parent) if (at.key === key) return at;
  return undefined;
}

/** The same, but reached through a name: editing its text would change other uses too. */
export function shared(known: Known): Known {
  if (known.is === "text")
    return {
      ...known,
      pieces: known.pieces.map((piece) => (piece.direct ? { ...piece, direct: false } : piece)),
    };
  if ((known.is === "object" || known.is === "array") && known.direct) return { ...known, direct: false };
  return known;
}

const CLIENTS: ReadonlySet<Known["is"]> = new Set([
  "prisma",
  "supabase",
  "query",
  "channel",
  "sql",
  "orm-query",
  "prisma-model",
  "instance",
]);

export const isClient = (known: Known): boolean => CLIENTS.has(known.is);

/** What a property of such a value is was settled by looking: it is not to be guessed from its name. */
export const isDecided = (known: Known): boolean =>
  (known.is === "object" && known.entries.every((each) => each.name !== undefined)) ||
  isClient(known) ||
  known.is === "package" ||
  known.is === "module" ||
  known.is === "class" ||
  known.is === "environment";
