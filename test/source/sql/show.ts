import { readSql } from "../../../src/source/sql/read.ts";
import type { SqlSource } from "../../../src/source/sql/statement.ts";
import type { Span } from "../../../src/text/span.ts";

/** Every span anywhere in a value. */
export function spansIn(value: unknown): Span[] {
  if (typeof value !== "object" || value === null) return [];
  return isSpan(value) ? [value] : Object.values(value).flatMap(spansIn);
}

/** A value with every span replaced by the text it covers: what a test compares. */
export function shown(value: unknown, text: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isSpan(value)) return text.slice(value.start, value.end);
  if (Array.isArray(value)) return value.map((item) => shown(item, text));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item, text)]));
}

/** A value without its spans: for comparing what was read apart from where. */
export function unplaced(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unplaced);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (isSpan(item) ? [] : [[key, unplaced(item)]])),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: statements of every kind, looked into by tests
export type Shown = any;

/** What a text was read as, spans as text. */
export function readShown(text: string): { [K in keyof SqlSource]: Shown } {
  return shown(readSql({ path: "test.sql", text }), text) as { [K in keyof SqlSource]: Shown };
}

/** The only statement of a text, spans as text. */
export const statementOf = (text: string): Shown => readShown(text).statements[0];

const isSpan = (value: unknown): value is Span =>
  typeof value === "object" &&
  value !== null &&
  "start" in value &&
  "end" in value &&
  typeof value.start === "number" &&
  Object.keys(value).length === 2;
