import type { SelectStmt } from "@pgsql/types";
import { parseTree } from "../../source/sql/grammar.ts";

/** What a statement to preview is, as PostgreSQL's grammar reads it. */
export interface PreviewStatement {
  /** Without its semicolon. */
  readonly sql: string;
  /** `read`: a query that a cursor can hold. `write`: INSERT, UPDATE, DELETE, MERGE, also within WITH. */
  readonly kind: "read" | "write" | "explain" | "other";
  /** Names of functions it calls, last part only. */
  readonly functions: readonly string[];
  /** Tables and views it names. */
  readonly relations: readonly { readonly schema?: string; readonly name: string }[];
  /** What it does to which tables. */
  readonly writes: readonly Write[];
  /** DO, CALL and what else runs code that the statement's text does not show. */
  readonly procedural: boolean;
  /** The query itself, where it is one: a text is parsed once. */
  readonly query?: ParsedQuery;
}

/** Places in it count bytes of the text that it was read from, in which `sql` begins at `start`. */
export interface ParsedQuery {
  readonly select: SelectStmt;
  readonly start: number;
}

export interface Write {
  readonly schema?: string;
  readonly name: string;
  readonly command: "insert" | "update" | "delete";
  /** The statement is this and nothing else: the rows that it reports are those written here. */
  readonly whole: boolean;
}

/** Reads one statement; a sentence where it is none, or more than one, or one that no preview can take. */
export function readPreview(text: string): PreviewStatement | { readonly problem: string } {
  const parsed = parseTree(text.replace(/^\uFEFF/, ""));
  if ("message" in parsed) return { problem: `PostgreSQL does not understand it: ${parsed.message}.` };
  const [first, ...others] = parsed.statements;
  if (!first?.stmt) return { problem: "There is no statement to preview." };
  if (others.length) return { problem: "A preview takes one statement at a time; this text has several." };
  const node = Object.keys(first.stmt)[0]!;
  const refused = REFUSED[node];
  if (refused) return { problem: refused };
  const found = walk(first.stmt);
  const bytes = Buffer.from(text.replace(/^\uFEFF/, ""));
  const start = first.stmt_location ?? 0;
  const end = first.stmt_len ? start + first.stmt_len : bytes.length;
  const sql = bytes.subarray(start, end).toString().trim();
  return {
    sql: sql.replace(/;$/, ""),
    kind: kindOf(node, found),
    functions: [...found.functions],
    relations: [...found.relations.values()],
    writes: found.targets.map((each) => ({ ...each, whole: WRITES.has(node) && found.targets.length === 1 })),
    procedural: !TRANSPARENT.has(node) || found.relations.has(".pg_settings"),
    ...("SelectStmt" in first.stmt && {
      query: { select: first.stmt.SelectStmt, start: bytes.indexOf(sql, start) },
    }),
  };
}

const REFUSED: Readonly<Record<string, string>> = {
  TransactionStmt:
    "A preview runs in a transaction of its own that is always rolled back; leave BEGIN, COMMIT and ROLLBACK out.",
  CopyStmt: "A preview cannot COPY; SELECT the rows instead.",
};

const TRANSPARENT = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "ExplainStmt",
  "VariableShowStmt",
  "VariableSetStmt",
  "TruncateStmt",
]);

const WRITES = new Set(["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "TruncateStmt"]);

interface Found {
  readonly functions: Set<string>;
  readonly relations: Map<string, { readonly schema?: string; readonly name: string }>;
  readonly targets: Omit<Write, "whole">[];
  writes: boolean;
  into: boolean;
}

function kindOf(node: string, { writes, into }: Found): PreviewStatement["kind"] {
  if (writes) return "write";
  if (node === "SelectStmt" && !into) return "read";
  return node === "ExplainStmt" || node === "VariableShowStmt" ? "explain" : "other";
}

function walk(root: object): Found {
  const found: Found = {
    functions: new Set(),
    relations: new Map(),
    targets: [],
    writes: false,
    into: false,
  };
  const pending: unknown[] = [root];
  while (pending.length) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    for (const [key, value] of Object.entries(node)) {
      if (key === "FuncCall") found.functions.add(lastName(value.funcname));
      else if (key === "RangeVar" || key === "relation") addRelation(found, value.RangeVar ?? value);
      else if (key === "intoClause") found.into = true;
      if (WRITES.has(key)) {
        found.writes = true;
        found.targets.push(...targetsOf(key, value));
      }
      pending.push(value);
    }
  }
  return found;
}

interface WriteNode {
  readonly relation?: RangeName;
  readonly onConflictClause?: { readonly action?: string };
  readonly mergeWhenClauses?: readonly { readonly MergeWhenClause?: { readonly commandType?: string } }[];
}

interface RangeName {
  readonly schemaname?: string;
  readonly relname?: string;
}

/** The table that a statement writes to, once for each thing that it does there. */
function targetsOf(node: string, { relation, onConflictClause, mergeWhenClauses }: WriteNode) {
  if (!relation?.relname) return [];
  const merged = (mergeWhenClauses ?? []).map((each) => each.MergeWhenClause?.commandType);
  const words = [node, onConflictClause?.action, ...merged].join(" ").toLowerCase();
  const { schemaname: schema, relname: name } = relation;
  return COMMANDS.filter((command) => words.includes(command)).map((command) => ({
    ...(schema && { schema }),
    name,
    command,
  }));
}

const COMMANDS = ["insert", "update", "delete"] as const;

const lastName = (parts: readonly { String?: { sval?: string } }[] = []): string =>
  parts.at(-1)?.String?.sval ?? "";

function addRelation({ relations }: Found, { schemaname, relname }: RangeName): void {
  if (!relname) return;
  const schema = schemaname === "pg_catalog" ? undefined : schemaname;
  relations.set(`${schema ?? ""}.${relname}`, { ...(schema && { schema }), name: relname });
}
