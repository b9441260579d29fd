import type { Policy, Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { settingRead } from "./claims.ts";
import { clausesOf } from "./clauses.ts";
import type { Project } from "./project.ts";
import { visitThrough } from "./through.ts";
import { type Wording, wordingOf } from "./wording.ts";

/** A policy that reads a setting, itself or through the functions that it calls. */
export interface Trust {
  readonly policy: Policy;
  readonly table: Table;
}

/** The settings that policies read, each with the first policy that does. */
export const trustedSettings = derived((project: Project): ReadonlyMap<string, Trust> => {
  const found = new Map<string, Trust>();
  for (const table of project.catalog.tables.values())
    for (const [setting, policy] of trustedBy(project, table))
      if (!found.has(setting)) found.set(setting, { policy, table });
  return found;
});

const trustedBy = derived((project: Project, table: Table): ReadonlyMap<string, Policy> => {
  const found = new Map<string, Policy>();
  for (const policy of table.policies.values())
    for (const { clause } of policy.refused ? [] : clausesOf(policy))
      for (const setting of settingsRead(project, wordingOf(clause)))
        if (!found.has(setting)) found.set(setting, policy);
  return found;
});

const settingsRead = derived((project: Project, { expr }: Wording): readonly string[] => {
  const found: string[] = [];
  visitThrough(project, expr, {
    expr: (part) => {
      const setting = settingRead(project, part);
      if (setting?.includes(".")) found.push(setting);
    },
  });
  return found;
});

/** A setting that says who asks: policies read it, or it is called as such settings are; and the role itself. */
export const isIdentitySetting = (project: Project, setting: string): boolean =>
  /^(role|session_authorization)$/.test(setting) ||
  trustedSettings(project).has(setting.toLowerCase()) ||
  (setting.includes(".") && project.platform.callerSettings.some((prefix) => setting.startsWith(prefix)));
