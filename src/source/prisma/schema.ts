import type { Span } from "../../text/span.ts";
import type { Directive } from "../sql/statement.ts";

/** One `.prisma` file, read by a tolerant reader: what could be read, and what could not. */
export interface PrismaSource {
  readonly path: string;
  readonly datasources: readonly PrismaBlock[];
  readonly generators: readonly PrismaBlock[];
  readonly models: readonly PrismaModel[];
  /** Where each of the models begins, in the same order. */
  readonly starts: readonly number[];
  readonly enums: readonly PrismaEnum[];
  readonly errors: readonly { readonly span: Span; readonly message: string }[];
  readonly directives: readonly Directive[];
}

/** `datasource db { provider = "postgresql" url = env("DATABASE_URL") }` */
export interface PrismaBlock {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  /** Values: strings without quotes, `env("X")` as `{ env: "X" }`, arrays of strings as arrays. */
  readonly values: Readonly<Record<string, PrismaValue>>;
  readonly valueSpans: Readonly<Record<string, Span>>;
}

export type PrismaValue = string | { readonly env: string } | readonly string[];

/**
 * Offsets counted from where a block begins, its keyword: a block that only moves in its file says the same. What
 * stands above it has negative ones.
 */
export interface BlockSpan {
  readonly from: number;
  readonly to: number;
}

export interface PrismaModel {
  readonly kind: "model" | "view" | "type";
  readonly name: string;
  readonly nameSpan: BlockSpan;
  readonly span: BlockSpan;
  /** Between its braces: where it ends a block attribute or field may be added. */
  readonly body: BlockSpan;
  readonly fields: readonly PrismaField[];
  readonly attributes: readonly PrismaAttribute[];
  /** `///` lines above, joined with newlines. */
  readonly documentation?: string;
  readonly documentationSpan?: BlockSpan;
  /** From `@@map`, else the model's name. */
  readonly table: string;
  /** From `@@schema`. */
  readonly schema?: string;
  readonly ignored: boolean;
}

export interface PrismaField {
  readonly name: string;
  readonly nameSpan: BlockSpan;
  readonly span: BlockSpan;
  /** Type name without `?` and `[]`; `Unsupported("x")` is type "Unsupported" with `unsupported`. */
  readonly type: string;
  readonly unsupported?: string;
  readonly typeSpan: BlockSpan;
  readonly list: boolean;
  readonly optional: boolean;
  readonly attributes: readonly PrismaAttribute[];
  readonly documentation?: string;
  /** From `@map`, else the field's name. */
  readonly column: string;
  readonly id: boolean;
  readonly unique: boolean;
  /** `@db.Uuid` -> "Uuid", with arguments as text. */
  readonly nativeType?: { readonly name: string; readonly args: readonly string[] };
  readonly relation?: PrismaRelation;
  readonly ignored: boolean;
}

export interface PrismaRelation {
  readonly name?: string;
  readonly fields: readonly string[];
  readonly references: readonly string[];
  readonly onDelete?: string;
  readonly onUpdate?: string;
  readonly map?: string;
}

export interface PrismaAttribute {
  /** Without the `@`s: `id`, `map`, `db.Uuid`, `relation`, `index`. */
  readonly name: string;
  readonly span: BlockSpan;
  /** Argument texts; named ones under their name, the unnamed under "". Raw source text, trimmed. */
  readonly args: readonly { readonly name: string; readonly text: string; readonly span: BlockSpan }[];
}

export interface PrismaEnum {
  readonly name: string;
  readonly nameSpan: Span;
  readonly span: Span;
  readonly values: readonly { readonly name: string; readonly mapped: string; readonly span: Span }[];
  readonly mapped: string;
  readonly schema?: string;
}
