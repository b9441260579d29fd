import type { Node } from "@pgsql/types";
import { alterTableReaders } from "./read-alter-table.ts";
import { dataReaders } from "./read-data.ts";
import { doReaders } from "./read-do.ts";
import { dropReaders } from "./read-drop.ts";
import { functionReaders } from "./read-function.ts";
import { grantReaders } from "./read-grant.ts";
import { policyReaders } from "./read-policy.ts";
import type { TokenRange } from "./read-query.ts";
import { renameReaders } from "./read-rename.ts";
import { roleReaders } from "./read-role.ts";
import { schemaReaders } from "./read-schema.ts";
import { settingReaders } from "./read-setting.ts";
import { tableReaders } from "./read-table.ts";
import { viewReaders } from "./read-view.ts";
import { beginAt, type Reading } from "./reading.ts";
import type { Statement, StatementBody } from "./statement.ts";
import { tokenText } from "./tokens.ts";
import { kindOf, type NodeKind, type NodeOf } from "./tree.ts";

/** What reads one kind of statement; `range` are its tokens, without the semicolon. */
export type StatementReaders = {
  readonly [K in NodeKind]?: (reading: Reading, node: NodeOf<K>, range: TokenRange) => StatementBody;
};

const READERS: StatementReaders = {
  ...tableReaders,
  ...alterTableReaders,
  ...renameReaders,
  ...dropReaders,
  ...policyReaders,
  ...grantReaders,
  ...functionReaders,
  ...viewReaders,
  ...roleReaders,
  ...schemaReaders,
  ...settingReaders,
  ...dataReaders,
  ...doReaders,
};

type Reader = (reading: Reading, node: unknown, range: TokenRange) => StatementBody;

/** One statement of the tree. Throws a RangeError on an expression that is nested too deeply. */
export function readStatement(reading: Reading, node: Node | undefined, range: TokenRange): Statement {
  beginAt(reading, range.first);
  const span = reading.place(range.first, range.last);
  const kind = node === undefined ? undefined : kindOf(node);
  const read = kind === undefined ? undefined : (READERS[kind] as Reader | undefined);
  const body = read?.(reading, (node as Record<string, unknown>)[kind!], range);
  return { span, ...(body ?? { kind: "other", what: openingWords(reading, range) }) };
}

/** "create rule", "refresh materialized": what an unread statement is called. */
function openingWords(reading: Reading, range: TokenRange): string {
  const last = Math.min(range.first + 1, range.last);
  const words = [];
  for (let i = range.first; i <= last; i++) words.push(tokenText(reading.tokens, i).toLowerCase());
  return words.join(" ");
}
