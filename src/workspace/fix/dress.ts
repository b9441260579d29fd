import { modify, parse } from "jsonc-parser";
import type { Edit } from "../../text/edit.ts";
import { DOWN_SECTION, nameOf, UP_SECTION } from "../discover/sql-role.ts";
import type { MigrationFolder } from "./next-migration.ts";

type ReadText = (path: string) => string | undefined;

/**
 * A migration as the tool of its folder wants it: goose and dbmate run only what stands below their mark, which is
 * copied from the last migration, as is the mark of what takes it back, where that has one; goose splits at semicolons,
 * inside functions too, unless told where a statement ends.
 */
export function dressMigration(
  text: string,
  down: string,
  { owner, folder, names }: MigrationFolder,
  read: ReadText,
): string {
  const last = names.at(-1);
  if (owner !== "other" || last === undefined) return text;
  const before = read(`${folder}/${last}`) ?? "";
  const line = lineOf(UP_SECTION, before);
  const downLine = lineOf(DOWN_SECTION, before);
  if (line === undefined) return text;
  const isGoose = /\+goose/i.test(line);
  const up = `${line}\n\n${isGoose ? text.replace(DOLLAR_QUOTED, wrapForGoose) : text}`;
  return downLine === undefined ? up : `${up}\n${downLine}\n\n${down}`;
}

function lineOf({ source }: RegExp, text: string): string | undefined {
  const mark = new RegExp(source, "im").exec(text);
  return mark ? text.slice(mark.index).split(/\r?\n/, 1)[0]!.trim() : undefined;
}

/** A generated statement with a body between dollar quotes, from its first line to its last. */
const DOLLAR_QUOTED = /^(?:create|do)\b[^;]*?(\$\w*\$)[\s\S]*?\1[^;]*;$/gim;

const wrapForGoose = (statement: string): string =>
  `-- +goose StatementBegin\n${statement}\n-- +goose StatementEnd`;

/** Drizzle runs what its journal lists; undefined where there is no journal. */
export function journalEdit(
  path: string,
  { folder }: MigrationFolder,
  clock: Date,
  read: ReadText,
): Edit | undefined {
  const journal = `${folder}/meta/_journal.json`;
  const text = read(journal);
  const entries = (parse(text ?? "") as { entries?: unknown } | undefined)?.entries;
  if (text === undefined || !Array.isArray(entries)) return undefined;
  const last = entries.at(-1) as { idx?: number; version?: string; when?: number } | undefined;
  const entry = {
    idx: (last?.idx ?? -1) + 1,
    version: last?.version ?? "7",
    // The migrator runs what is later than the last migration that the database knows.
    when: Math.max(clock.getTime(), (last?.when ?? 0) + 1),
    tag: nameOf(path).replace(/\.sql$/, ""),
    breakpoints: true,
  };
  const formattingOptions = { insertSpaces: true, tabSize: 2, eol: "\n" };
  const [edit] = modify(text, ["entries", entries.length], entry, {
    isArrayInsertion: true,
    formattingOptions,
  });
  if (!edit) return undefined;
  return { path: journal, span: { start: edit.offset, end: edit.offset + edit.length }, text: edit.content };
}
