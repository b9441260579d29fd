import { visitExpr } from "../source/sql/walk.ts";
import type { Project } from "./project.ts";

/** Settings that hold who asks, where the server sets them for each transaction. */
export interface CallerSettings {
  readonly user: string;
  readonly tenant: string;
}

/** The names that the configuration gives, else those that policies and functions read already, else the usual ones. */
export function callerSettingsOf(project: Project): CallerSettings {
  const configured = project.settings.callerSettings.filter((name) => !name.endsWith("."));
  const known = [...configured, ...settingsUsed(project)];
  return {
    user: known.find((name) => USER.test(wordOf(name))) ?? "app.user_id",
    tenant: known.find((name) => TENANT.test(wordOf(name))) ?? "app.tenant_id",
  };
}

/** What a setting's name says, without whose it is: `tenant_id` of `app.tenant_id`. */
export const wordOf = (setting: string): string => setting.slice(setting.indexOf(".") + 1).toLowerCase();
const USER = /user|uid|^sub$|member/;
/** Words for a tenant in the name of a setting. */
export const TENANT = /tenant|org|team|workspace|company|account|customer/;

/** Settings that policies and functions read, the API's own aside. */
export function settingsUsed({ catalog }: Project): string[] {
  const found = new Set<string>();
  const look = (expr: Parameters<typeof visitExpr>[0]) =>
    visitExpr(expr, {
      expr: (each) => {
        if (each.kind !== "call" || each.name.at(-1) !== "current_setting") return;
        // PostgreSQL gives a policy back with its constants cast: 'app.tenant_id'::text.
        const [given] = each.args;
        const first = given?.kind === "cast" ? given.arg : given;
        if (first?.kind === "constant" && !first.value.startsWith("request.")) found.add(first.value);
      },
    });
  for (const table of catalog.tables.values())
    for (const { using, check } of table.policies.values())
      for (const clause of [using, check]) if (clause) look(clause.expr);
  for (const overloads of catalog.functions.values())
    for (const { body, platform } of overloads) {
      if (platform) continue;
      for (const expr of body.expressions) look(expr);
      if (body.result) look(body.result);
    }
  return [...found].filter((name) => name.includes("."));
}
