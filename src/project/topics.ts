import type { Policy, Table } from "../catalog/catalog.ts";
import { containsExpr, everyWay, unwrap } from "../catalog/walk.ts";
import type { Expr } from "../source/sql/expression.ts";
import { admittingPolicies, clientsOf } from "./audience.ts";
import { functionOf, isSignedInTest, mayNameCaller } from "./caller-parts.ts";
import { clausesOf } from "./clauses.ts";
import type { Project } from "./project.ts";
import type { Usage } from "./usage.ts";

export type Channel = Extract<Usage, { kind: "realtime-channel" }>;

/** The channels that code opens by a topic, `room:*` where parts of it are not known. */
export const channelsCalled = (project: Project, topic: string): readonly Channel[] =>
  (project.usages.get("realtime-channel") ?? []).filter(
    (usage): usage is Channel =>
      usage.kind === "realtime-channel" &&
      usage.role === "runtime" &&
      (usage.topic ?? usage.pattern)?.value === topic,
  );

/** The table whose policies decide who joins which private channel. */
export const messagesOf = (project: Project): Table | undefined =>
  project.catalog.tables.get(project.platform.realtimeMessages ?? "");

/** The policies by which clients join private channels, to hear or to send. */
export const joiningPolicies = (project: Project, messages: Table): readonly Policy[] => [
  ...new Set([
    ...admittingPolicies(project, messages, "select"),
    ...admittingPolicies(project, messages, "insert"),
  ]),
];

/** True where a policy lets clients into any topic, or into topics by their pattern alone, whoever they are. */
export function opensTopics(project: Project, messages: Table, policy: Policy): boolean {
  const isOpen = clausesOf(policy).some(({ clause }) => !bindsTopic(project, clause.expr));
  return isOpen && ![...messages.policies.values()].some((other) => holdsBack(project, other, policy));
}

const holdsBack = (project: Project, other: Policy, policy: Policy): boolean =>
  !other.permissive &&
  (other.command === "all" || other.command === policy.command) &&
  clientsOf(project, other).length > 0 &&
  clausesOf(other).every(({ clause }) => bindsTopic(project, clause.expr));

/** True where a condition ties the topic to the caller, names one topic, or asks for a privilege that not everybody has. */
export const bindsTopic = (project: Project, expr: Expr): boolean =>
  everyWay(expr, (part, negated) => {
    if (isSignedInTest(project, part, negated)) return false;
    if (!containsExpr(part, (each) => isTopic(project, each)))
      return !isSubquery(part) && mayNameCaller(project, part);
    return isSubquery(part) || mayNameCaller(project, part) || namesOneTopic(project, part);
  });

function isTopic(project: Project, expr: Expr): boolean {
  if (expr.kind === "column") return expr.path.at(-1) === "topic";
  return expr.kind === "call" && functionOf(project, expr) === "realtime.topic";
}

/** `realtime.topic() = 'lobby'`, `realtime.topic() in ('lobby', 'news')`: open on purpose. */
function namesOneTopic(project: Project, expr: Expr): boolean {
  if (expr.kind === "in") return isTopic(project, unwrap(expr.left)) && expr.list.every(isConstant);
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return false;
  const sides = [unwrap(expr.left), unwrap(expr.right)];
  return sides.some((side) => isTopic(project, side)) && sides.some(isConstant);
}

const isConstant = (expr: Expr): boolean => unwrap(expr).kind === "constant";

const isSubquery = (expr: Expr): boolean =>
  containsExpr(expr, (each) => each.kind === "subquery" && each.query.from.length > 0);
