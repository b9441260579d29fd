import type { Span } from "../../text/span.ts";
import type { NamedAt, Usage } from "../usage.ts";

type Body<Kind extends Usage["kind"]> = Mutable<Omit<Extract<Usage, { kind: Kind }>, "path" | "role">>;
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** A usage of the file at hand while it is put together: later links of a chain add to it. */
export type Draft =
  | (Body<"supabase-query"> & { columns: Column[] })
  | (Body<"realtime-channel"> & { uses: ("broadcast" | "presence" | "postgres_changes")[] })
  | Body<"realtime-subscription">
  | Body<"supabase-rpc">
  | Body<"storage">
  | Body<"orm-query">
  | Body<"prisma-call">;

export type DraftOf<Kind extends Draft["kind"]> = Extract<Draft, { kind: Kind }>;
export type Column = NamedAt & { readonly in: "select" | "filter" | "order" | "data" };

/** Usages found so far, by what they are and where: the same chain evaluated again adds nothing. */
export class Drafts {
  private readonly byKey = new Map<string, Draft>();
  readonly path: string;
  /** The site that is being evaluated. */
  span: Span = { start: 0, end: 0 };

  constructor(path: string) {
    this.path = path;
  }

  /** A usage at `at`, an offset that tells it from others, and with `name` where several stand at one place. */
  add<D extends Draft>(at: number, name: NamedAt | undefined, draft: D): D {
    const key = `${draft.kind} ${at} ${name ? `${name.path}:${name.span.start}:${name.value}` : ""}`;
    const known = this.byKey.get(key);
    if (known) return known as D;
    this.byKey.set(key, draft);
    return draft;
  }

  remove(draft: Draft): void {
    for (const [key, each] of this.byKey) if (each === draft) this.byKey.delete(key);
  }

  /** Takes over what was found under one binding of parameters. */
  merge(other: Drafts): void {
    for (const [key, draft] of other.byKey) {
      const known = this.byKey.get(key);
      if (known) combine(known, draft);
      else this.byKey.set(key, draft);
    }
  }

  all(): Draft[] {
    return [...this.byKey.values()];
  }

  get size(): number {
    return this.byKey.size;
  }
}

function combine(into: Draft, from: Draft): void {
  if (into.kind === "supabase-query" && from.kind === "supabase-query") {
    for (const column of from.columns) addColumn(into, column);
    into.method ??= from.method as NonNullable<typeof from.method>;
    into.returning ||= from.returning;
    if (into.client !== from.client) delete into.client;
  }
  if (into.kind === "storage" && from.kind === "storage" && from.paths)
    into.paths = [...new Set([...(into.paths ?? []), ...from.paths])];
  if (into.kind === "realtime-channel" && from.kind === "realtime-channel")
    for (const use of from.uses) if (!into.uses.includes(use)) into.uses.push(use);
}

export function addColumn(draft: DraftOf<"supabase-query">, column: Column): void {
  const same = (each: Column) =>
    each.path === column.path && each.span.start === column.span.start && each.value === column.value;
  if (!draft.columns.some(same)) draft.columns.push(column);
}
