import type { NamedAt } from "../usage.ts";
import type { KnownText } from "./known.ts";
import { HOLE, joinText, nameAt } from "./text.ts";

/**
 * Columns of the table itself in a PostgREST select list: `id, alias:title, data->x, created_at::date, owner(name)`
 * gives id, title, data and created_at. Columns of embedded tables, `*` and `count` are left out.
 */
export function columnsInSelect(text: KnownText): NamedAt[] {
  const list = joinText(text);
  return splitList(list, 0, list.length).flatMap(([start, end]) => {
    const column = columnOfItem(list, start, end);
    return column ? found(text, column) : [];
  });
}

/** `alias:name!hint(...)`, `...name(...)`, `name->json`, `name::type`, `name.sum()`. */
function columnOfItem(list: string, start: number, end: number): [number, number] | undefined {
  const item = list.slice(start, end);
  if (item.includes("(")) return aggregated(item, start);
  const alias = /^\s*[\w$"\uFFFC]+\s*:(?!:)\s*/.exec(item);
  const from = start + (alias?.[0].length ?? leading(item));
  const name = /^("[^"]*"|[\w$\uFFFC-]+?)(?=\s*(->|::|$))/.exec(list.slice(from, end));
  if (!name || name[0] === "*" || name[0] === "count") return undefined;
  return unquoted(name[0], from);
}

/** `total:amount.sum()` is about a column; `owner(name)` about another table. */
function aggregated(item: string, start: number): [number, number] | undefined {
  const match = /^(\s*(?:[\w$]+\s*:(?!:)\s*)?)([\w$]+)\.(?:count|sum|avg|min|max)\(\)/.exec(item);
  return match ? [start + match[1]!.length, start + match[1]!.length + match[2]!.length] : undefined;
}

/** The column that a filter or order names: `title`, `data->>x`; none for a column of an embedded table. */
export function columnInFilter(text: KnownText): NamedAt[] {
  const value = joinText(text);
  const name = /^\s*([\w$\uFFFC]+|"[^"]*")\s*(->|$)/.exec(value);
  if (!name) return [];
  return found(text, unquoted(name[1]!, value.indexOf(name[1]!)));
}

/** Columns in a logic tree: `a.eq.1,and(b.gt.2,not.c.is.null)`. */
export function columnsInLogic(text: KnownText): NamedAt[] {
  const value = joinText(text);
  return logicParts(value, 0, value.length).flatMap((each) => found(text, each));
}

const OPERATORS =
  "eq|neq|gt|gte|lt|lte|like|ilike|match|imatch|in|is|isdistinct|fts|plfts|phfts|wfts|cs|cd|ov|sl|sr|nxr|nxl|adj|not";

function logicParts(value: string, start: number, end: number): [number, number][] {
  return splitList(value, start, end).flatMap(([from, to]): [number, number][] => {
    const item = value.slice(from, to);
    const group = /^\s*(?:not\.)?(?:and|or)\(/.exec(item);
    if (group) return logicParts(value, from + group[0].length, from + item.lastIndexOf(")"));
    const column = new RegExp(`^\\s*(?:not\\.)?([\\w$]+)(?:->>?[^.]+)?\\.(?:${OPERATORS})\\b`).exec(item);
    if (!column) return [];
    const at = from + column[0].indexOf(column[1]!, item.startsWith("not.") ? 4 : 0);
    return [[at, at + column[1]!.length]];
  });
}

/** The column in a realtime filter: `user_id=eq.42`. */
export function columnInRealtimeFilter(text: KnownText): NamedAt | undefined {
  const name = /^\s*([\w$]+)\s*=/.exec(joinText(text));
  if (!name) return undefined;
  const start = name[0].indexOf(name[1]!);
  return nameAt(text, start, start + name[1]!.length);
}

/** Spans of the items between commas that are outside parentheses and quotes. */
function splitList(list: string, start: number, end: number): [number, number][] {
  const items: [number, number][] = [];
  let depth = 0;
  let quoted = false;
  let from = start;
  for (let i = start; i < end; i++) {
    const char = list.charAt(i);
    if (char === '"') quoted = !quoted;
    if (quoted) continue;
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "," && depth === 0) {
      items.push([from, i]);
      from = i + 1;
    }
  }
  items.push([from, end]);
  return items;
}

const leading = (item: string): number => item.length - item.trimStart().length;

/** `"Name"` and, inside a quoted string, `\\"Name\\"`. */
function unquoted(name: string, at: number): [number, number] {
  const quote = /^\\?"/.exec(name)?.[0].length ?? 0;
  return [at + quote, at + name.length - quote];
}

function found(text: KnownText, [start, end]: [number, number]): NamedAt[] {
  if (joinText(text).slice(start, end).includes(HOLE)) return [];
  const name = nameAt(text, start, end);
  return name ? [name] : [];
}
