import type { QualifiedName } from "../../source/sql/expression.ts";
import type { Statement } from "../../source/sql/statement.ts";
import type { SqlContent } from "../discover/survey.ts";

/** What the statements of one file do, as far as it decides whether the file is part of a history. */
export function contentOf(statements: readonly Statement[], text: string): SqlContent {
  const mayMention = PLATFORM_WORDS.test(text);
  let protects = false;
  let defines = false;
  let mentionsPlatform = false;
  const creates: string[] = [];
  for (const statement of flatten(statements)) {
    protects ||= isProtection(statement);
    defines ||= DEFINITIONS.test(statement.kind);
    mentionsPlatform ||= mayMention && PLATFORM_NAMES.test(JSON.stringify(statement));
    if (statement.kind === "create-table" && !statement.temporary) creates.push(tableKey(statement.name));
  }
  return { protects, defines, creates, ...(mentionsPlatform && { mentionsPlatform }) };
}

/** Statements with those inside DO blocks and CREATE SCHEMA. */
function* flatten(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.kind === "do" || statement.kind === "create-schema") yield* flatten(statement.statements);
  }
}

/** A file that only takes protection away is somebody's tool, not a state that the database was left in. */
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

const DEFINITIONS = /^(?:create-|alter-|grant$|default-privileges$|rename$|set-schema$)/;

const tableKey = ({ schema = "public", name }: QualifiedName): string => `${schema}.${name}`;

const PLATFORM_WORDS = /\b(?:anon|authenticated|service_role|auth|storage|realtime)\b/;

/**
 * Names in a statement's facts that only Supabase has: client roles, `auth.uid()` and its kin, stored objects. A word of
 * a comment or a string is none of these.
 */
const PLATFORM_NAMES =
  /"name":"(?:anon|authenticated|service_role)"|"(?:name|path)":\["(?:auth","(?:uid|jwt|role|email)|storage","(?:objects|buckets))"|"schema":"(?:auth|storage|realtime)"/;

/** Words without which no statement of a file can define or protect anything: most SQL in code is spared the grammar. */
export const mayMatter = (text: string): boolean => /\b(?:create|alter|grant|buckets)\b/i.test(text);
