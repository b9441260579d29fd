import type { Func, Policy, Refusal, Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { findBodyMeaning } from "../catalog/resolve/resolve.ts";
import { functionOf } from "./caller-parts.ts";
import { clausesOf } from "./clauses.ts";
import type { Project } from "./project.ts";
import { isConcealed } from "./reach.ts";
import { callsOfClause, usesOfFunction } from "./used-functions.ts";

/** What PostgreSQL would refuse in the body of a function that a policy calls, in its place. */
export interface HelperProblem {
  readonly func: Func;
  readonly problem: Refusal;
}

/**
 * What is wrong in the helpers of a policy, through several calls. A helper of many policies counts for the first of
 * them: what is wrong in it is wrong once.
 */
export const helperProblems = derived(
  (project: Project, table: Table, policy: Policy): readonly HelperProblem[] => {
    if (policy.refused || isConcealed(project, table)) return [];
    return [...helpersOf(project, policy)].flatMap((func) =>
      findBodyMeaning(project.catalog, func).problems.map((problem) => ({
        func,
        problem: placed(project, problem, func.made.path),
      })),
    );
  },
);

function helpersOf(project: Project, policy: Policy): Set<Func> {
  const found = new Set<Func>();
  for (const { clause } of clausesOf(policy))
    for (const call of callsOfClause(clause))
      for (const func of project.catalog.functions.get(functionOf(project, call)) ?? [])
        if (counts(func) && usesOfFunction(project, func)[0]?.policy === policy) found.add(func);
  for (const func of found)
    for (const [, called] of findBodyMeaning(project.catalog, func).calls)
      for (const each of called) if (counts(each)) found.add(each);
  return found;
}

const counts = ({ platform, uncertain }: Func): boolean => !platform && !uncertain;

/** A body is read apart from its file: its spans are of the file, and around the whole of what it names. */
function placed(project: Project, problem: Refusal, path: string): Refusal {
  const text = project.text(path)?.slice(problem.at.span.start, problem.at.span.end) ?? "";
  const { start, end } = problem.at.span;
  const name = NAMES[problem.kind]?.exec(text);
  const span = name
    ? { start: start + name.index, end: start + name.index + name[0].length }
    : { start, end };
  return {
    ...problem,
    at: { path, span },
    ...("leftExpr" in problem && problem.leftExpr ? { leftExpr: { ...problem.leftExpr, path } } : {}),
    ...("rightExpr" in problem && problem.rightExpr ? { rightExpr: { ...problem.rightExpr, path } } : {}),
  };
}

/** The last name of a path, and the name before a parenthesis. */
const NAMES: Partial<Record<Refusal["kind"], RegExp>> = {
  "column-unknown": /("(?:[^"]|"")*"|[^."\s]+)$/,
  "function-unknown": /^[^(]*[^(\s]/,
};
