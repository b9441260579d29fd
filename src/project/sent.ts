import type { Policy, PolicyClause, Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { type Answer, canBeTrue, isSetting } from "../catalog/meaning/decide.ts";
import type { World } from "../catalog/meaning/facts.ts";
import { and, type Formula, someTerm, type Term, TRUE, termsIn, visit } from "../catalog/meaning/formula.ts";
import type { Expr } from "../source/sql/expression.ts";
import { callsOf, columnsOf, exprParts } from "../source/sql/walk.ts";
import type { Place, Span } from "../text/span.ts";
import { settingRead } from "./claims.ts";
import { type Judged, judge, placeIn, saysPublic } from "./judge.ts";
import { worldOf } from "./meaning.ts";
import type { Project } from "./project.ts";
import { visitThrough } from "./through.ts";
import { placeIn as placeOfWording, type Wording, wordingOf } from "./wording.ts";
import { withoutSecrets } from "./written-secret.ts";

/** What clients send beside their token, and write as they like: headers and cookies, which an API makes settings of. */
const SENT = /^request\.(headers?|cookies?)(\.|$)/;

export interface Sent {
  readonly setting: string;
  readonly at: Place;
  /** It opens for those alone who know what it compares with, which stands there to be read. */
  readonly written: boolean;
}

/** What of that opens a clause: some way through it asks for nothing else of the caller, and its rows are not everybody's. */
export function findSent(
  project: Project,
  table: Table,
  policy: Policy,
  clause: PolicyClause,
): Sent | undefined {
  const read = readIn(project, wordingOf(clause));
  if (!read) return undefined;
  const found = judge(project, table, policy)
    .filter(({ written }) => written.clause === clause)
    .flatMap((judged) => judged.arms.flatMap((arm) => sentIn(project, judged, arm, read) ?? []));
  return found.find(({ written }) => !written) ?? found[0];
}

function sentIn(
  project: Project,
  judged: Judged,
  { formula, at }: Judged["arms"][number],
  { setting, asked }: Read,
): Sent | undefined {
  if (!someTerm(formula, isSent) || saysPublic(formula) || needsSecret(formula)) return undefined;
  const answer = opensFor(project, judged, formula);
  if (answer === "no") return undefined;
  const others = withoutSecrets(formula, isSent);
  const written = others !== undefined && opensFor(project, judged, others.formula) === "no";
  if (written && !others.plain) return undefined;
  if (answer === "yes") return { setting, written, at: placeIn(judged.written, questionIn(formula) ?? at) };
  return asked && { setting, written, at: placeOfWording(judged.written.clause, asked) };
}

/** For one who sends what he likes, and for the rest is a stranger, or has nothing to do with the row. */
function opensFor(project: Project, { commands, within }: Judged, formula: Formula): Answer {
  const answers = (["stranger", "elsewhere"] as const).flatMap((who) => {
    const world: World = { ...worldOf(project, who), forged: isSent };
    return commands.map((command) => canBeTrue(and([formula, within.get(command) ?? TRUE]), world));
  });
  return answers.find((each) => each === "yes") ?? answers.find((each) => each === "unknown") ?? "no";
}

const settingOf = (term: Term): string | undefined =>
  term.kind === "caller" ? /^current_setting\('(.*)'\)$/.exec(term.source)?.[1] : undefined;

const isSent = (term: Term): boolean =>
  term.kind === "apply" ? term.args.some(isSent) : SENT.test(settingOf(term) ?? "");

/** Where the clause asks it. */
function questionIn(formula: Formula): Span | undefined {
  let found: Span | undefined;
  visit(formula, (part) => {
    if (termsIn(part).some(isSent) && "at" in part) found ??= part.at;
    return !found;
  });
  return found;
}

/** A header is text whatever it holds: only the column's name says that it must be known to be sent. A word that fits by chance is silence. */
const SECRET = /token|secret|key|code|hash|password|signature|nonce|session|guest|visitor/i;

/** What is sent must be what only its holder knows: the secret of a row, or one that a setting of the server holds. */
function needsSecret(formula: Formula): boolean {
  let needs = false;
  visit(formula, (part) => {
    const terms = termsIn(part);
    needs ||= terms.some(isSent) && terms.some(isSecret);
    return !needs;
  });
  return needs;
}

const isSecret = (term: Term): boolean =>
  term.kind === "apply"
    ? term.args.some(isSecret)
    : term.kind === "column"
      ? SECRET.test(term.column)
      : isSetting(term) && !isSent(term);

interface Read {
  readonly setting: string;
  /** The first question that is asked of it in so many words. */
  readonly asked: Span | undefined;
}

const readIn = derived((project: Project, { expr }: Wording): Read | undefined => {
  let setting: string | undefined;
  let asked: Span | undefined;
  visitThrough(project, expr, {
    expr: (part, way) => {
      setting ??= sentBy(project, part);
      if (!asked && isQuestion(part) && asksWhatIsSent(project, part)) asked = (way.call ?? part).span;
    },
  });
  return setting === undefined ? undefined : { setting, asked };
});

const isQuestion = ({ kind }: Expr): boolean => kind === "operator" || kind === "in";

const asksWhatIsSent = (project: Project, part: Expr): boolean =>
  !isPath(part) &&
  exprParts(part).some((side) => callsOf(side).some((call) => sentBy(project, call))) &&
  !columnsOf(part).some(({ path }) => SECRET.test(path.at(-1)!));

const isPath = (expr: Expr): boolean => expr.kind === "operator" && /^[-#]>>?$/.test(expr.name);

function sentBy(project: Project, expr: Expr): string | undefined {
  const setting = settingRead(project, expr);
  return setting !== undefined && SENT.test(setting) ? setting : undefined;
}
