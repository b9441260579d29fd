import { createHash } from "node:crypto";
import type { ResolvedType } from "../catalog/catalog.ts";
import { words } from "../text/near.ts";
import { quoteIdentifier } from "../text/quote.ts";

/**
 * A name with an ending. PostgreSQL cuts names after 63 bytes, in silence: a longer one is cut before its ending here,
 * and told apart by what it was.
 */
export function fitName(name: string, ending = "", bytes = 63): string {
  const whole = name + ending;
  if (Buffer.byteLength(whole) <= bytes) return whole;
  const tail = `_${createHash("sha1").update(whole).digest("hex").slice(0, 6)}${ending}`;
  if (ending && Buffer.byteLength(tail) > bytes / 2) return fitName(whole, "", bytes);
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

/** The same for people: `order items`; a name without Latin letters is itself. */
export const spokenOf = (name: string): string =>
  words(name)
    .replace(/^_+|_+$/g, "")
    .replaceAll("_", " ") || name;

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
