import type { Policy, Table } from "../../catalog/catalog.ts";
import { canBeTrue } from "../../catalog/meaning/decide.ts";
import { and, type Formula, someTerm, type Term } from "../../catalog/meaning/formula.ts";
import { claimOf, isCallerId } from "../../project/atoms.ts";
import { changeClauses } from "../../project/clauses.ts";
import { isLookup, type Judged, judge, openFor } from "../../project/judge.ts";
import { effectiveOf, worldOf } from "../../project/meaning.ts";
import { isPlain, openingsOf } from "../../project/openings.ts";
import type { Project } from "../../project/project.ts";
import type { RowCommand } from "../../project/row-access.ts";
import { listOf, nameOf } from "../../project/words.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteLiteral } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "info",
  summary: "A policy is content with anybody who is signed in, where signing in takes no name.",
  why: "With anonymous sign-ins everybody becomes `authenticated` with one call, as often as he likes. What is kept from visitors by asking for a sign-in alone is kept from nobody.",
  *check({ policy, table }, project) {
    if (!project.supabase?.anonymousSignIns) return;
    const admitted = judge(project, table, policy).flatMap((judged) => {
      const commands = commandsFor(project, table, policy, judged);
      return commands.length ? [{ judged, commands }] : [];
    });
    const [first] = admitted;
    if (!first) return;
    const commands = [...new Set(admitted.flatMap((each) => each.commands))];
    const clauses = admitted.map(({ judged }) => judged);
    const remedy = askForName(project, policy, clauses);
    yield {
      at: first.judged.written.clause.place,
      subject: `${table.schema}.${table.name}/${policy.name}`,
      message: `"${policy.name}" lets anonymous users ${listOf(commands)} rows of ${nameOf(table)}: they sign in as ${first.judged.role}, and nothing asks for ${project.platform.unnamedClaim}.`,
      ...(remedy ? { remedy } : {}),
    };
  },
});

/** Those that a sign-in alone opens, to rows that visitors do not reach; what is open for another reason has its own rule. */
function commandsFor(project: Project, table: Table, policy: Policy, judged: Judged): readonly RowCommand[] {
  const { role, written, formula, within } = judged;
  if (role !== project.platform.signedInRole) return [];
  const said = new Set(openingsOf(project, table, policy).flatMap(({ commands }) => commands));
  const isReference = isLookup(project, table);
  return openFor(project, judged, formula, "stranger").filter(
    (command) =>
      !said.has(command) &&
      (!isPlain(written) || (command === "select" && isReference)) &&
      asksForSignIn(project, and([formula, within.get(command) ?? formula])) &&
      !isForVisitors(project, table, command),
  );
}

/** Of the caller, at most who he is and his role: other claims may be such that anonymous users have none. */
function asksForSignIn(project: Project, formula: Formula): boolean {
  const asksMore = (term: Term): boolean => {
    if (term.kind === "apply") return term.args.some(asksMore);
    if (term.kind !== "caller" || isCallerId(project, term)) return false;
    const claim = claimOf(project, term);
    return !claim || claim.length > 1 || (claim.length > 0 && claim[0] !== "role");
  };
  return !someTerm(formula, asksMore);
}

function isForVisitors(project: Project, table: Table, command: RowCommand): boolean {
  const { anonymousRole } = project.platform;
  const given = anonymousRole === undefined ? undefined : effectiveOf(project, table, anonymousRole, command);
  if (!given?.permissive.length) return false;
  return canBeTrue(and([given.using, given.check]), worldOf(project, "anonymous")) !== "no";
}

function askForName({ platform }: Project, policy: Policy, admitted: readonly Judged[]): Remedy | undefined {
  const condition = `(select (${platform.callerToken} ->> ${quoteLiteral(platform.unnamedClaim!)})::boolean) is not true`;
  const changes = admitted.map(({ written }) => {
    const { clause } = written;
    const text = clause.expr.kind === "or" ? `(${clause.text})` : clause.text;
    return {
      in: written,
      span: clause.place.span,
      text: clause.expr.kind === "constant" ? condition : `${text} and ${condition}`,
    };
  });
  return changeClauses(policy, changes, `Keep users with ${platform.unnamedClaim} out`);
}
