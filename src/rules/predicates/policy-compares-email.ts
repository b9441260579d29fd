import type { Func, Policy } from "../../catalog/catalog.ts";
import type { Term } from "../../catalog/meaning/formula.ts";
import { type ColumnTerm, claimOf, equalitiesIn, plainClausesOf } from "../../project/atoms.ts";
import { functionOf } from "../../project/caller-parts.ts";
import { clausesOf } from "../../project/clauses.ts";
import { placeIn } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { callsOfClause, usesOfFunction } from "../../project/used-functions.ts";
import { nameOf } from "../../project/words.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy knows its caller by e-mail address.",
  why: "Addresses change, differ in case, and with confirmation switched off anyone signs up with any of them. An id is given once and never to somebody else. Invitations are sent to addresses, and are not meant.",
  *check({ policy, table }, project) {
    for (const { written, formula } of plainClausesOf(project, table, policy))
      for (const {
        part,
        sides: [address, other],
      } of equalitiesIn(formula)) {
        const column = isCallersAddress(project, address) ? columnIn(other) : undefined;
        if (!column || isInvitation(column)) continue;
        if (part.at === undefined && !isFirstToAsk(project, policy)) continue;
        yield {
          at: placeIn(written, part.at),
          subject: `${table.schema}.${table.name}/${policy.name}`,
          message: `"${policy.name}" on ${nameOf(table)} knows its caller by e-mail: it compares ${column.column} with his address, not with his id.`,
        };
        return;
      }
  },
});

/** What a helper compares is one mistake, however many policies ask it. */
function isFirstToAsk(project: Project, policy: Policy): boolean {
  const calls = clausesOf(policy).flatMap(({ clause }) => callsOfClause(clause));
  const helpers = calls
    .flatMap((call) => project.catalog.functions.get(functionOf(project, call)) ?? [])
    .filter(({ platform }) => !platform);
  const first = (helper: Func) => usesOfFunction(project, helper).find((use) => !use.policy.refused);
  return !helpers.length || helpers.some((helper) => first(helper)?.policy === policy);
}

/** The address in the token, or that of a user in the table of them; in lower case too. */
function isCallersAddress(project: Project, term: Term): boolean {
  if (term.kind === "apply") return term.args.length === 1 && isCallersAddress(project, term.args[0]!);
  if (term.kind === "column") return term.row !== 0 && term.table === "auth.users" && term.column === "email";
  const claim = claimOf(project, term);
  return claim?.length === 1 && claim[0] === "email";
}

function columnIn(term: Term): ColumnTerm | undefined {
  if (term.kind === "column") return term.table === "auth.users" ? undefined : term;
  return term.kind === "apply" && term.args.length === 1 ? columnIn(term.args[0]!) : undefined;
}

const isInvitation = ({ table, column }: ColumnTerm): boolean =>
  /invit|guest|allow|white_?list|wait_?list|pending|share|recipient|subscri|newsletter/i.test(
    `${table} ${column}`,
  );
