import type { Node } from "@pgsql/types";
import type { Clause, PolicyCommand, PolicyStatement } from "../statement.ts";
import { findWord, locateName } from "../tokens/locate.ts";
import { closing, type Reading, spanOfTokens } from "../tokens/reading.ts";
import { isMark, type TokenRange } from "../tokens/tokens.ts";
import { readExpr } from "./expression.ts";
import { readRelation, readRoles } from "./name.ts";
import type { Draft } from "./node.ts";
import type { StatementReaders } from "./statement.ts";

export const policyReaders: StatementReaders = {
  CreatePolicyStmt: (reading, node, range) => {
    const policy: Draft<Extract<PolicyStatement, { kind: "create-policy" }>> = {
      kind: "create-policy",
      name: node.policy_name ?? "",
      nameSpan: policyNameSpan(reading, range, node.policy_name),
      table: readRelation(reading, node.table),
      permissive: node.permissive ?? false,
      command: (node.cmd_name ?? "all") as PolicyCommand,
      roles: findWord(reading, range, "to") < 0 ? [] : readRoles(reading, node.roles),
    };
    fillClauses(reading, range, node, policy);
    return policy;
  },
  AlterPolicyStmt: (reading, node, range) => {
    const policy: Draft<Extract<PolicyStatement, { kind: "alter-policy" }>> = {
      kind: "alter-policy",
      name: node.policy_name ?? "",
      nameSpan: policyNameSpan(reading, range, node.policy_name),
      table: readRelation(reading, node.table),
    };
    if (node.roles) policy.roles = readRoles(reading, node.roles);
    fillClauses(reading, range, node, policy);
    return policy;
  },
};

function policyNameSpan(reading: Reading, range: TokenRange, name: string | undefined) {
  const at = locateName(reading, range, [name ?? ""], range.first + 2);
  return reading.place(at, at);
}

type Clauses = { readonly qual?: Node; readonly with_check?: Node };

type Claused = { using?: Clause; check?: Clause };

/** Puts USING and WITH CHECK into a policy, where they are given. */
function fillClauses(reading: Reading, range: TokenRange, node: Clauses, policy: Claused): void {
  if (node.qual) policy.using = readClause(reading, findWord(reading, range, "using"), 1, node.qual);
  if (node.with_check)
    policy.check = readClause(reading, findWord(reading, range, "with"), 2, node.with_check);
}

/** A clause of `words` words at token `first`, then an expression in brackets. */
function readClause(reading: Reading, first: number, words: number, node: Node): Clause {
  const { tokens } = reading;
  const expr = readExpr(reading, node);
  const open = first + words;
  if (first < 0 || !isMark(tokens, open, "(")) {
    const span = reading.place(reading.first, reading.last);
    return { expr, span, outer: span };
  }
  const close = closing(tokens, open);
  const outer = reading.place(first, close);
  const inside = spanOfTokens(tokens, open + 1, close - 1);
  if (reading.whole === undefined) return { expr, span: inside, outer };
  return { expr, text: tokens.text.slice(inside.start, inside.end), span: reading.whole, outer };
}
