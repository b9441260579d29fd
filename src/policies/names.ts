import { createHash } from "node:crypto";
import type { ResolvedType } from "../catalog/catalog.ts";
import { words } from "../text/near.ts";
import { quoteIdentifier } from "../text/quote.ts";

/** PostgreSQL cuts names after 63 bytes, in silence: a longer one is cut here, and told apart by what it was. */
export function fitName(name: string, bytes = 63): string {
  if (Buffer.byteLength(name) <= bytes) return name;
  const tail = `_${createHash("sha1").update(name).digest("hex").slice(0, 6)}`;
  let head = "";
  for (const letter of name) {
    if (Buffer.byteLength(head + letter + tail) > bytes) break;
    head += letter;
  }
  return head + tail;
}

/** A name as part of a function's name: `OrderItem` is `order_item`; one without Latin letters is told by a digest. */
export const wordOf = (name: string): string =>
  words(name).replace(/^_+|_+$/g, "") || createHash("sha1").update(name).digest("hex").slice(0, 8);

/** A catalog key as SQL. */
export function quoteKey(key: string): string {
  const dot = key.indexOf(".");
  return `${quoteIdentifier(key.slice(0, dot))}.${quoteIdentifier(key.slice(dot + 1))}`;
}

/** A type as SQL: built-in ones have no schema. */
export function typeSql({ name, array }: ResolvedType): string {
  const base = name.includes(".") ? quoteKey(name) : quoteIdentifier(name);
  return array ? `${base}[]` : base;
}
