import type { Node } from "@pgsql/types";

/** A value while it is put together; conditional spreads would cost more than parsing does. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** The names of PostgreSQL's tree nodes. */
export type NodeKind = Node extends infer N ? (N extends unknown ? keyof N : never) : never;

/** The content of one kind of node. */
export type NodeOf<K extends NodeKind> =
  Extract<Node, Record<K, unknown>> extends Record<K, infer V> ? V : never;

/** A node's only key. */
export function kindOf(node: Node): NodeKind | undefined {
  for (const kind in node) return kind as NodeKind;
  return undefined;
}

/** The content of a node when it is of this kind. */
export const as = <K extends NodeKind>(node: Node | undefined, kind: K): NodeOf<K> | undefined =>
  (node as Record<string, unknown> | undefined)?.[kind] as NodeOf<K> | undefined;

/** The string of a `String` node; empty where it is another. */
export const stringOf = (node: Node | undefined): string => as(node, "String")?.sval ?? "";

/** The strings of a list of `String` nodes. */
export const stringsOf = (nodes: readonly Node[] | undefined): string[] => (nodes ?? []).map(stringOf);

/** The elements of a `List` node; the node alone where it is none. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  const list = as(node, "List");
  return list ? (list.items ?? []) : [node];
}
