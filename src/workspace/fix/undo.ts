import type { QualifiedName } from "../../source/sql/expression.ts";
import type { Statement } from "../../source/sql/statement.ts";
import { quoteIdentifier, quoteQualified } from "../../text/quote.ts";
import type { ReadSql } from "./needs.ts";

/**
 * SQL that takes statements back, the last first; of indexes the first, for a partitioned table's takes those of its
 * partitions along. What cannot be taken back, such as a policy that was dropped, is said in a comment.
 */
export function undo(statements: readonly string[], readSql: ReadSql): string {
  const read = statements.flatMap((text) =>
    readSql({ path: "", text }).statements.map((statement) => ({
      statement,
      text: text.slice(statement.span.start, statement.span.end),
    })),
  );
  const indexes = read.filter(({ statement }) => statement.kind === "create-index");
  const others = read.filter(({ statement }) => statement.kind !== "create-index").toReversed();
  const lines = [...indexes, ...others].flatMap(
    ({ statement, text }) => back(statement) ?? [`-- Not taken back: ${firstLine(text)}`],
  );
  return `${[...new Set(lines)].join("\n")}\n`;
}

const firstLine = (text: string): string =>
  text.includes("\n") ? text.slice(0, text.indexOf("\n")) : `${text};`;

/** Nothing where what was made goes with another object; undefined where there is no way back. */
function back(statement: Statement): readonly string[] | undefined {
  switch (statement.kind) {
    case "create-policy":
      return [`drop policy if exists ${quoteIdentifier(statement.name)} on ${written(statement.table)};`];
    case "alter-table":
      return backOfTable(statement);
    case "create-function": {
      const { procedure, name, args } = statement;
      return [
        `drop ${procedure ? "procedure" : "function"} if exists ${written(name)}${args.length ? "" : "()"};`,
      ];
    }
    case "create-index": {
      const { name, table } = statement;
      return name === undefined ? undefined : [`drop index if exists ${written({ ...table, name })};`];
    }
    case "create-schema":
      return [`drop schema if exists ${quoteIdentifier(statement.name)};`];
    case "grant":
      return backOfGrant(statement);
    default:
      return undefined;
  }
}

function backOfTable({ name, actions }: Extract<Statement, { kind: "alter-table" }>) {
  const parts = actions.map((action) => {
    if (action.do === "row-security" && action.enabled) return "disable row level security";
    return action.do === "force-row-security" && action.forced ? "no force row level security" : undefined;
  });
  return parts.every((part) => part !== undefined)
    ? [`alter table ${written(name)} ${parts.join(", ")};`]
    : undefined;
}

/** Privileges on what is made with them go when that is dropped. */
function backOfGrant(statement: Extract<Statement, { kind: "grant" }>): readonly string[] | undefined {
  const { on, revoke, privileges, objects, roles, allInSchemas } = statement;
  if (on === "function" || on === "schema") return [];
  if (revoke || on !== "table" || allInSchemas.length) return undefined;
  const what = privileges.map(({ privilege, columns }) =>
    columns.length ? `${privilege} (${columns.map(quoteIdentifier).join(", ")})` : privilege,
  );
  const to = roles.map(({ name }) => (name === "public" ? name : quoteIdentifier(name)));
  return [
    `revoke ${what.join(", ")} on ${objects.map(({ name }) => written(name)).join(", ")} from ${to.join(", ")};`,
  ];
}

const written = ({ schema, name }: QualifiedName): string =>
  schema === undefined ? quoteIdentifier(name) : quoteQualified(schema, name);
