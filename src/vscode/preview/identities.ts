import * as vscode from "vscode";
import type { HostIdentity } from "../../protocol/database.ts";

/** Asks for whom a preview is made: several at once, or one of the user's own making. */
export async function pickIdentities(
  known: readonly HostIdentity[],
  chosen: readonly HostIdentity[],
): Promise<readonly HostIdentity[] | undefined> {
  const picked = new Set(chosen.map(({ name }) => name));
  const own = chosen.filter(({ name }) => !known.some((each) => each.name === name));
  const items: (vscode.QuickPickItem & { identity?: HostIdentity })[] = [
    ...[...known, ...own].map((identity) => ({
      label: identity.name,
      description: describe(identity),
      picked: picked.has(identity.name),
      identity,
    })),
    { label: "$(add) Somebody else ...", description: "a role with claims or settings" },
  ];
  const answer = await vscode.window.showQuickPick(items, {
    title: "Preview as",
    placeHolder: "Whose rows to show side by side",
    canPickMany: true,
    matchOnDescription: true,
  });
  if (!answer) return undefined;
  const identities = answer.flatMap(({ identity }) => identity ?? []);
  if (!answer.some(({ identity }) => !identity)) return identities;
  const custom = await askForIdentity();
  return custom ? [...identities, custom] : identities;
}

const describe = ({ role, tenant, memberRole }: HostIdentity): string =>
  tenant ? `${memberRole ?? "member"} of ${tenant}` : (role ?? "the connection itself");

async function askForIdentity(): Promise<HostIdentity | undefined> {
  const role = await vscode.window.showInputBox({
    title: "Somebody else (1 of 2)",
    prompt: "The database role to become, for example authenticated. Empty: the connection's own.",
  });
  if (role === undefined) return undefined;
  const text = await vscode.window.showInputBox({
    title: "Somebody else (2 of 2)",
    prompt:
      'Settings as JSON, for example { "request.jwt.claims": { "sub": "..." } } or { "app.tenant_id": "42" }.',
    value: "{}",
    validateInput: (json) => (readSettings(json) ? undefined : "That is no JSON object."),
  });
  const settings = text === undefined ? undefined : readSettings(text);
  if (!settings) return undefined;
  return {
    name: role.trim() || "the connection itself",
    settings,
    ...(role.trim() ? { role: role.trim() } : {}),
  };
}

function readSettings(json: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        typeof each === "string" ? each : JSON.stringify(each),
      ]),
    );
  } catch {
    return undefined;
  }
}
