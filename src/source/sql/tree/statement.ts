import type { Node } from "@pgsql/types";
import { doReaders } from "../body/do-block.ts";
import type { Statement, StatementBody } from "../statement.ts";
import { beginAt, type Reading } from "../tokens/reading.ts";
import { type TokenRange, tokenText } from "../tokens/tokens.ts";
import { alterTableReaders } from "./alter-table.ts";
import { dataReaders } from "./data.ts";
import { dropReaders } from "./drop.ts";
import { functionReaders } from "./function.ts";
import { grantReaders } from "./grant.ts";
import { type Draft, kindOf, type NodeKind, type NodeOf } from "./node.ts";
import { policyReaders } from "./policy.ts";
import { renameReaders } from "./rename.ts";
import { roleReaders } from "./role.ts";
import { schemaReaders } from "./schema.ts";
import { settingReaders } from "./setting.ts";
import { tableReaders } from "./table.ts";
import { viewReaders } from "./view.ts";

/** What reads one kind of statement; `range` are its tokens, without the semicolon. */
export type StatementReaders = {
  readonly [K in NodeKind]?: (reading: Reading, node: NodeOf<K>, range: TokenRange) => StatementBody;
};

type Reader = (reading: Reading, node: unknown, range: TokenRange) => StatementBody;

let readers: ReadonlyMap<string, Reader> | undefined;

/** Made at first use: readers of nested statements import this module in turn. */
function readersByKind(): ReadonlyMap<string, Reader> {
  readers ??= new Map<string, Reader>(
    Object.entries({
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
    }) as [string, Reader][],
  );
  return readers;
}

/** One statement of the tree. Throws a RangeError on an expression that is nested too deeply. */
export function readStatement(reading: Reading, node: Node | undefined, range: TokenRange): Statement {
  beginAt(reading, range.first);
  const span = reading.place(range.first, range.last);
  const kind = node === undefined ? undefined : kindOf(node);
  const read = kind === undefined ? undefined : readersByKind().get(kind);
  const body = read?.(reading, (node as Record<string, unknown>)[kind!], range);
  const statement = (body ?? { kind: "other", what: openingWords(reading, range) }) as Draft<Statement>;
  statement.span = span;
  return statement;
}

/** "create rule", "refresh materialized": what an unread statement is called. */
function openingWords(reading: Reading, range: TokenRange): string {
  const last = Math.min(range.first + 1, range.last);
  const words = [];
  for (let i = range.first; i <= last; i++) words.push(tokenText(reading.tokens, i).toLowerCase());
  return words.join(" ");
}
