const NAME = '(?:"(?:[^"]|"")+"|[\\p{L}_][\\p{L}\\p{N}_$]*)';

/** A statement's beginning: NAME is one name, NAMES one that may have its schema before it. */
const beginning = (text: string): RegExp =>
  new RegExp(
    `^${text.replaceAll(" ", "\\s+").replaceAll("NAMES", `${NAME}(?:\\.${NAME})?`).replaceAll("NAME", NAME)}`,
    "iu",
  );

/** How a statement is taken back, by how it begins; the first that fits. Empty where what it made goes with another. */
const UNDO: readonly (readonly [RegExp, (...parts: readonly (string | undefined)[]) => string])[] = [
  [beginning("create policy (NAME) on (NAMES)"), (name, on) => `drop policy if exists ${name} on ${on};`],
  [
    beginning("alter table ((?:if exists )?NAMES) enable row level security"),
    (table) => `alter table ${table} disable row level security;`,
  ],
  [
    beginning("alter table ((?:if exists )?NAMES) force row level security"),
    (table) => `alter table ${table} no force row level security;`,
  ],
  [beginning("create (?:or replace )?function (NAMES\\(\\))"), (name) => `drop function if exists ${name};`],
  [
    beginning("create index (?:if not exists )?(NAME) on (?:(NAME)\\.)?NAME "),
    (name, schema) => `drop index if exists ${schema === undefined ? "" : `${schema}.`}${name};`,
  ],
  [beginning("create schema (?:if not exists )?(NAME)"), (name) => `drop schema if exists ${name};`],
  [beginning("(?:grant|revoke) [^;]* on (?:function|schema) "), () => ""],
  [
    beginning("grant ([^;]*?) on ([^;]*?) to ([^;]*);"),
    (what, on, to) => `revoke ${what} on ${on} from ${to};`,
  ],
];

/**
 * SQL that takes statements back, the last first; of indexes the first, for a partitioned table's takes those of its
 * partitions along. What cannot be taken back, such as a policy that was dropped, is said in a comment.
 */
export function undo(statements: readonly string[]): string {
  const bare = statements.map((statement) => statement.replace(/^(?:--[^\n]*\n)+/, ""));
  const indexes = bare.filter(isIndex);
  const others = bare.filter((sql) => !isIndex(sql)).toReversed();
  const lines = [...indexes, ...others].map((sql) => {
    for (const [pattern, back] of UNDO) {
      const found = pattern.exec(sql);
      if (found) return back(...found.slice(1));
    }
    return `-- Not taken back: ${sql.split("\n", 1)[0]}`;
  });
  return `${[...new Set(lines.filter((line) => line))].join("\n")}\n`;
}

const isIndex = (sql: string): boolean => /^create\s+(?:unique\s+)?index\b/i.test(sql);
