import { parse, TomlError } from "smol-toml";
import { literal } from "../../text/pattern.ts";
import type { SourceText } from "../../text/source-text.ts";
import type { Span } from "../../text/span.ts";
import type { SupabaseConfig } from "./manifest.ts";

/**
 * Reads `supabase/config.toml`. Never throws: a line that is no TOML gives an error at its place, and the rest is
 * read without it.
 */
export function readSupabaseConfig(source: SourceText): SupabaseConfig {
  const { root, error } = parseTolerantly(source.text);
  const exposedSchemas = textsAt(root, "api", "schemas");
  const autoExposeNewTables = flagAt(root, "api", "auto_expose_new_tables");
  const anonymousSignIns = flagAt(root, "auth", "enable_anonymous_sign_ins");
  const schemaPaths = textsAt(root, "db", "migrations", "schema_paths");
  const seedPaths =
    flagAt(root, "db", "seed", "enabled") === false ? [] : textsAt(root, "db", "seed", "sql_paths");
  return {
    path: source.path,
    ...(exposedSchemas && { exposedSchemas }),
    ...(autoExposeNewTables !== undefined && { autoExposeNewTables }),
    ...(anonymousSignIns !== undefined && { anonymousSignIns }),
    buckets: readBuckets(root, source.text),
    ...(schemaPaths && { schemaPaths }),
    ...(seedPaths && { seedPaths }),
    ...(error && {
      error: { span: error.span, message: `${source.path} is no valid TOML: ${error.message}.` },
    }),
  };
}

type Tree = Record<string, unknown>;

interface Problem {
  readonly span: Span;
  readonly message: string;
}

function parseTolerantly(text: string): { root: Tree; error?: Problem } {
  try {
    return { root: parse(text) };
  } catch (error) {
    const known = error instanceof TomlError ? error : undefined;
    const problem = {
      span: lineOf(text, known?.line ?? 1),
      message: known ? reasonOf(known) : "it cannot be read",
    };
    return { root: parseSections(text), error: problem };
  }
}

/** Table by table, and a broken table line by line. */
function parseSections(text: string): Tree {
  const root: Record<string, unknown> = {};
  for (const section of text.split(/^(?=[ \t]*\[)/m)) {
    const whole = tryParse(section);
    if (whole) merge(root, whole);
    else {
      const [header = "", ...lines] = section.split(/\r?\n/);
      for (const line of lines) merge(root, tryParse(`${header}\n${line}`) ?? {});
    }
  }
  return root;
}

function tryParse(text: string): Tree | undefined {
  try {
    return parse(text);
  } catch {
    // Its error was already told for the whole file.
    return undefined;
  }
}

function merge(into: Record<string, unknown>, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    if (key === "__proto__") continue;
    const before = asTree(into[key]);
    const after = asTree(value);
    if (before && after) merge(before, after);
    else into[key] = value;
  }
}

/** The library's message ends in a picture of the code. */
const reasonOf = (error: TomlError): string =>
  (error.message.split("\n", 1)[0] ?? "").replace(/^Invalid TOML document: /, "");

/** The text of a line, counted from 1, without its indentation. */
function lineOf(text: string, line: number): Span {
  let start = 0;
  for (let each = 1; each < line; each++) {
    const next = text.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  const raw = /[^\r\n]*/.exec(text.slice(start))?.[0] ?? "";
  const indent = raw.length - raw.trimStart().length;
  return { start: start + indent, end: start + raw.trimEnd().length };
}

const asTree = (value: unknown): Tree | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : undefined;

const valueAt = (root: Tree, keys: readonly string[]): unknown =>
  keys.reduce<unknown>((node, key) => asTree(node)?.[key], root);

function textsAt(root: Tree, ...keys: string[]): string[] | undefined {
  const value = valueAt(root, keys);
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : undefined;
}

function flagAt(root: Tree, ...keys: string[]): boolean | undefined {
  const value = valueAt(root, keys);
  return typeof value === "boolean" ? value : undefined;
}

/** `[storage.buckets.avatars]`; a bucket is private unless it says otherwise. */
function readBuckets(root: Tree, text: string): SupabaseConfig["buckets"] {
  const buckets = asTree(valueAt(root, ["storage", "buckets"])) ?? {};
  return Object.entries(buckets).map(([name, bucket]) => ({
    name,
    public: asTree(bucket)?.public === true,
    span: findKey(text, name),
  }));
}

/** Where a bucket's name stands: in its table's header, else as a key. The parser keeps no places. */
function findKey(text: string, name: string): Span {
  const word = `(["']?)${literal(name)}\\1`;
  const patterns = [
    `^[ \\t]*\\[[ \\t]*storage[ \\t]*\\.[ \\t]*buckets[ \\t]*\\.[ \\t]*(?=${word}[ \\t]*\\])`,
    `^[ \\t]*(?:storage\\.)?(?:buckets\\.)?(?=${word}[ \\t]*[.=])`,
  ];
  for (const pattern of patterns) {
    const match = new RegExp(pattern, "m").exec(text);
    if (!match) continue;
    const start = match.index + match[0].length + (match[1]?.length ?? 0);
    return { start, end: start + name.length };
  }
  return { start: 0, end: 0 };
}
