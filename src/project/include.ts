import { remember } from "../catalog/remember.ts";
import type { Include, SqlSource } from "../source/sql/statement.ts";
import type { Span } from "../text/span.ts";

/** The file that an include means: its path, and what it says where something was read of it. */
export interface Included {
  readonly path: string;
  readonly source: SqlSource | undefined;
}

/** A part of a history: one file, or what stands between two includes of one. */
export interface Piece {
  readonly source: SqlSource;
  /** It runs in the session of the piece before it. */
  readonly continues: boolean;
}

/**
 * A source as psql runs it: its own pieces, and between them those of the files that it reads in. `find` gives undefined
 * for a file that is not there, which is noted. A file that reads in itself, by whatever way, is not followed again.
 */
export function piecesOf(
  source: SqlSource,
  find: (from: string, include: Include) => Included | undefined,
  around: readonly string[] = [],
): readonly Piece[] {
  const { includes = [], path } = source;
  if (!includes.length) return [{ source, continues: around.length > 0 }];
  const inside = [...around, path];
  const found = includes.map((include) => find(path, include));
  const cuts = cut(source, includes, found);
  return cuts.flatMap((own, i) => {
    const included = found[i];
    const follow = included?.source && !inside.includes(included.path);
    const rest = follow ? piecesOf(included.source, find, inside) : [];
    return [{ source: own, continues: i > 0 || around.length > 0 }, ...rest];
  });
}

const cutBefore = new WeakMap<SqlSource, Map<string, readonly SqlSource[]>>();

/** The pieces of a source, the same objects as long as the same files are missing. */
function cut(
  source: SqlSource,
  includes: readonly Include[],
  found: readonly (Included | undefined)[],
): readonly SqlSource[] {
  const known = remember(cutBefore, source, () => new Map<string, readonly SqlSource[]>());
  return remember(known, found.map((each) => (each ? "1" : "0")).join(""), () => {
    const missing = includes.filter((_, i) => !found[i]);
    const ends = [...includes.map(({ span }) => span.start), Number.POSITIVE_INFINITY];
    const notes = [...source.notes, ...missing.map(noteOn)].sort((a, b) => a.span.start - b.span.start);
    return ends.map((end, i) => {
      const within = <T extends { readonly span: Span }>(list: readonly T[]): readonly T[] =>
        list.filter(({ span }) => span.start < end && span.start >= (ends[i - 1] ?? 0));
      return {
        path: source.path,
        statements: within(source.statements),
        errors: within(source.errors),
        notes: within(notes),
        directives: within(source.directives),
      };
    });
  });
}

const noteOn = ({ path, span }: Include) => ({
  span,
  message: `${path} was not found in the workspace, and what it holds was not read.`,
});
