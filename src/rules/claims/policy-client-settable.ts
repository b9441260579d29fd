import { mayExecute } from "../../catalog/access.ts";
import type { Func, Policy, PolicyClause, Table } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { type Formula, isRange, type Term, termsIn, visit } from "../../catalog/meaning/formula.ts";
import { unwrap } from "../../catalog/walk.ts";
import { functionOf } from "../../project/caller-parts.ts";
import { settingRead } from "../../project/claims.ts";
import { clausesOf } from "../../project/clauses.ts";
import { bodyCalls, isTriggerFunction } from "../../project/function-words.ts";
import { judge, openFor, placeIn as placeOfArm } from "../../project/judge.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed, schemaReachable } from "../../project/reach.ts";
import { findSent, type Sent } from "../../project/sent.ts";
import { findClaimCallOfBody, isUserWord } from "../../project/session.ts";
import { visitThrough } from "../../project/through.ts";
import { armsOfClause, tiedColumns } from "../../project/ties.ts";
import { placeIn, type Wording, wordingOf } from "../../project/wording.ts";
import { nameOf } from "../../project/words.ts";
import type { Expr } from "../../source/sql/expression.ts";
import { columnsOf } from "../../source/sql/walk.ts";
import type { Place, Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A policy opens on something that clients may set as they like.",
  why: "PostgreSQL lets everyone set a custom setting, and request headers are the client's own words: whoever knows the name has the rows. A role of its own, or the token, cannot be made up.",
  *check({ policy, table }, project) {
    if (policy.refused || (isConcealed(project, table) && policy.platform)) return;
    if (!policy.permissive && project.platform.clientsUseApi) return;
    for (const { clause } of clausesOf(policy)) {
      const found = project.platform.clientsUseApi
        ? findBehindApi(project, table, policy, clause)
        : findFlag(project, table, policy, clause);
      if (!found) continue;
      yield {
        at: found.at,
        subject: `${table.schema}.${table.name}/${policy.name}`,
        ...(project.settings.clientRoles.length && !found.written ? {} : { severity: "warning" as const }),
        message: `"${policy.name}" on ${nameOf(table)} opens on ${found.what}.`,
        ...(found.set ? { related: [{ place: found.set, message: "It is set here." }] } : {}),
      };
      return;
    }
  },
});

interface Found {
  readonly at: Place;
  readonly what: string;
  readonly set?: Place;
  /** A secret stands between it and those who have not read the policy. */
  readonly written?: boolean;
}

/** Where clients send SQL: an arm that lets every row through once a setting has some value. */
function findFlag(project: Project, table: Table, policy: Policy, clause: PolicyClause): Found | undefined {
  // A restrictive policy opens where it would else tie the row to somebody.
  const judged = judge(project, table, policy).filter(
    ({ written, arms }) =>
      written.clause === clause &&
      (policy.permissive || arms.some(({ formula }) => tiedColumns(formula).size > 0)),
  );
  for (const { expr: arm, formula } of armsOfClause(project, table, clause)) {
    const setting = columnsOf(arm).length ? undefined : onlySetting(project, arm);
    if (setting && judged.some((each) => openFor(project, each, formula, "elsewhere").length))
      return flagged(setting, { path: clause.place.path, span: arm.span });
  }
  for (const each of judged)
    for (const { formula, at } of each.arms) {
      const setting = decidingSetting(formula);
      if (setting === undefined || openFor(project, each, formula, "anonymous").length) continue;
      if (openFor(project, each, formula, "elsewhere").length)
        return flagged(setting, placeOfArm(each.written, at));
    }
  return undefined;
}

const flagged = (setting: string, at: Place): Found => ({
  at,
  what: `the setting ${setting}, which anyone who sends SQL may set`,
});

/** The setting that a way through a condition asks for, where it asks for nothing else of the caller and ties no row to him. */
function decidingSetting(formula: Formula): string | undefined {
  let setting: string | undefined;
  let more = tiedColumns(formula).size > 0;
  const look = (term: Term): void => {
    if (term.kind === "apply") for (const arg of term.args) look(arg);
    if (term.kind !== "caller") return;
    const name = /^current_setting\('(.*)'\)$/.exec(term.source)?.[1];
    if (name?.includes(".")) setting ??= name;
    else more = true;
  };
  visit(formula, (part) => {
    if (isRange(part)) more = true;
    for (const term of termsIn(part)) look(term);
  });
  return more ? undefined : setting;
}

/** The setting that decides alone: no table is asked, nor the role. */
function onlySetting(project: Project, arm: Expr): string | undefined {
  let setting: string | undefined;
  let more = false;
  visitThrough(project, arm, {
    from: () => {
      more = true;
    },
    expr: (part) => {
      if (part.kind !== "call") return;
      const read = settingRead(project, part);
      if (read?.includes(".") && !read.startsWith("request.jwt")) setting ??= read;
      else if (isUserWord(part) || /^(pg_catalog\.)?pg_has_role$/.test(functionOf(project, part)))
        more = true;
    },
  });
  return more ? undefined : setting;
}

function findBehindApi(
  project: Project,
  table: Table,
  policy: Policy,
  clause: PolicyClause,
): Found | undefined {
  const sent = findSent(project, table, policy, clause);
  if (sent) return { at: sent.at, what: wordsOf(sent), written: sent.written };
  const set = findSetByFunction(project, wordingOf(clause));
  return set && { ...set, at: placeIn(clause, set.span) };
}

const wordsOf = ({ setting, written }: Sent): string =>
  written
    ? `${setting} for whoever has read the secret that is written in it`
    : `${setting}, which the client writes himself`;

interface SetByFunction {
  readonly span: Span;
  readonly what: string;
  readonly set: Place;
}

/** Behind an API: a setting that a function which clients may call sets, for the session, to what they pass. */
const findSetByFunction = derived((project: Project, { expr }: Wording): SetByFunction | undefined => {
  let found: SetByFunction | undefined;
  visitThrough(project, expr, {
    expr: (part, way) => {
      const setting = found ? undefined : settingRead(project, part);
      if (!setting?.includes(".") || setting.startsWith("request.")) return;
      const setter = settersOf(project).find(({ sets }) => sets === undefined || sets === setting);
      if (!setter) return;
      const what = `the setting ${setting}, which clients set by calling ${nameOf(setter.func)}`;
      found = { span: (way.call ?? part).span, what, set: setter.func.made };
    },
  });
  return found;
});

interface Setter {
  readonly func: Func;
  /** Undefined where the caller names the setting. */
  readonly sets: string | undefined;
}

const settersOf = derived((project: Project): readonly Setter[] =>
  [...project.catalog.functions.values()].flat().flatMap((func) => settersIn(project, func)),
);

function settersIn(project: Project, func: Func): Setter[] {
  if (func.platform || isTriggerFunction(func) || !schemaReachable(project, func.schema)) return [];
  if (!project.settings.clientRoles.some((role) => mayExecute(project.catalog, func, role))) return [];
  if (findClaimCallOfBody(project, func)) return [];
  return bodyCalls(func).flatMap((call) => {
    if (!/^(pg_catalog\.)?set_config$/.test(functionOf(project, call))) return [];
    const [name, value, local] = call.args.map(unwrap);
    if (!name || value?.kind === "constant" || (local?.kind === "constant" && /^t/i.test(local.value)))
      return [];
    return [{ func, sets: name.kind === "constant" ? name.value.toLowerCase() : undefined }];
  });
}
