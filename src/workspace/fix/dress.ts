import { modify, parse } from "jsonc-parser";
import type { Edit } from "../../text/edit.ts";
import { nameOf, UP_SECTION } from "../discover/sql-role.ts";
import type { MigrationFolder } from "./next-migration.ts";

type ReadText = (path: string) => string | undefined;

/**
 * A migration as the tool of its folder wants it: goose and dbmate run only what stands below their mark, which is
 * copied from the last migration; goose splits at semicolons, inside functions too, unless told where a statement ends.
 */
export function dressMigration(
  text: string,
  { owner, folder, names }: MigrationFolder,
  read: ReadText,
): string {
  const last = names.at(-1);
  if (owner !== "other" || last === undefined) return text;
  const mark = new RegExp(UP_SECTION.source, "im").exec(read(`${folder}/${last}`) ?? "");
  if (!mark) return text;
  const line = mark.input.slice(mark.index).split(/\r?\n/, 1)[0]!.trim();
  const isGoose = /\+goose/i.test(line);
  return `${line}\n\n${isGoose ? text.replace(DOLLAR_QUOTED, wrapForGoose) : text}`;
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
