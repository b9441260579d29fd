import { TENANT, wordOf } from "../../project/caller-settings.ts";

/** Who asks, as far as settings name them. */
export interface Caller {
  readonly id: string;
  readonly email: string | null;
  readonly tenantKey?: string;
  readonly memberRole?: string;
}

/** The settings that policies and functions read, with what they would hold for a caller. */
export function settingsFor(names: readonly string[], caller: Caller): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = valueFor(name, caller);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Whether a setting names the tenant: then a person acts in that one alone. */
export const namesTenant = (setting: string): boolean =>
  TENANT.test(wordOf(setting)) && !OTHERS.test(wordOf(setting));

const OTHERS = /role|user|uid|sub\b|account_id|member|email/;

function valueFor(setting: string, { id, email, tenantKey, memberRole }: Caller): string | undefined {
  const name = wordOf(setting);
  if (/role/.test(name)) return memberRole;
  if (/user|uid|sub\b|account_id|member/.test(name)) return id;
  if (/email/.test(name)) return email ?? undefined;
  return TENANT.test(name) ? tenantKey : undefined;
}
