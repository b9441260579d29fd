import type { QualifiedName } from "../../source/sql/expression.ts";
import type { Statement } from "../../source/sql/statement.ts";
import type { SqlContent } from "../discover/survey.ts";

/** What the statements of one file do, as far as it decides whether the file is part of a history. */
export function contentOf(statements: readonly Statement[], text: string): SqlContent {
  let protects = false;
  let defines = false;
  const mentionsPlatform = PLATFORM_WORDS.test(text) && statements.some((each) => namesPlatform(each, text));
  const creates: string[] = [];
  for (const statement of flatten(statements)) {
    protects ||= isProtection(statement);
    defines ||= DEFINITIONS.test(statement.kind) && !isOpening(statement);
    if (statement.kind === "create-table" && !statement.temporary) creates.push(tableKey(statement.name));
  }
  return { protects, defines, creates, ...(mentionsPlatform && { mentionsPlatform }) };
}

/** Facts are only looked through where a word of the text could be one of those names. */
const namesPlatform = (statement: Statement, text: string): boolean =>
  PLATFORM_WORDS.test(text.slice(statement.span.start, statement.span.end)) &&
  PLATFORM_NAMES.test(JSON.stringify(statement));

/** Statements with those inside DO blocks and CREATE SCHEMA. */
function* flatten(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.kind === "do" || statement.kind === "create-schema") yield* flatten(statement.statements);
  }
}

/** A file that only takes protection away is somebody's tool, not a state that the database was left in. */
const isOpening = (statement: Statement): boolean =>
  statement.kind === "alter-table" &&
  statement.actions.every((action) => action.do === "row-security" && !action.enabled);

function isProtection(statement: Statement): boolean {
  switch (statement.kind) {
    case "create-policy":
    case "alter-policy":
    case "create-publication":
      return true;
    case "alter-publication":
      return statement.action !== "drop";
    case "alter-table":
      return statement.actions.some((action) => action.do === "row-security" && action.enabled);
    case "insert":
      return statement.table.schema === "storage" && statement.table.name === "buckets";
    case "do":
      return statement.unresolved.some((each) => each.touchesRowSecurity);
    default:
      return false;
  }
}

/** The tables that a file's statements name and it does not make: what must be there before it runs. */
export function tablesNeeded(statements: readonly Statement[]): readonly string[] {
  const made = new Set<string>();
  const needed = new Set<string>();
  for (const statement of flatten(statements)) {
    const { made: makes, named } = tablesOf(statement);
    if (makes) made.add(tableKey(makes));
    for (const name of named) if (!made.has(tableKey(name))) needed.add(tableKey(name));
  }
  return [...needed];
}

function tablesOf(statement: Statement): { made?: QualifiedName; named: readonly QualifiedName[] } {
  switch (statement.kind) {
    case "create-table": {
      const referred = statement.constraints.flatMap(({ references }) => references?.table ?? []);
      return { made: statement.name, named: referred };
    }
    case "alter-table":
      return { named: [statement.name] };
    case "create-policy":
    case "create-index":
      return { named: [statement.table] };
    default:
      return { named: [] };
  }
}

const DEFINITIONS = /^(?:create-|alter-|grant$|default-privileges$|rename$|set-schema$)/;

const tableKey = ({ schema = "public", name }: QualifiedName): string => `${schema}.${name}`;

const PLATFORM_WORDS = /\b(?:anon|authenticated|service_role|auth|storage|realtime)\b/;

/**
 * Names in a statement's facts that only Supabase has: client roles, `auth.uid()` and its kin, stored objects. A word of
 * a comment or a string is none of these.
 */
const PLATFORM_NAMES =
  /"name":"(?:anon|authenticated|service_role)"|"(?:name|path)":\["(?:auth","(?:uid|jwt|role|email)|storage","(?:objects|buckets))"|"schema":"(?:auth|storage|realtime)"/;

/**
 * Words without which no statement of a file can define or protect anything, nor read in a file that does: most SQL in
 * code is spared the grammar.
 */
export const mayMatter = (text: string): boolean =>
  /\b(?:create|alter|grant|buckets)\b|^[ \t]*\\i/im.test(text);
