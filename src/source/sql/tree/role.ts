import type { Node } from "@pgsql/types";
import type { RoleOptions, StatementBody } from "../statement.ts";
import { roleName } from "./name.ts";
import { as, itemsOf, type NodeOf } from "./node.ts";
import { settingOf } from "./setting.ts";
import type { StatementReaders } from "./statement.ts";

export const roleReaders: StatementReaders = {
  CreateRoleStmt: (_reading, node) => ({
    kind: "create-role",
    name: node.role ?? "",
    options: { ...(node.stmt_type === "ROLESTMT_USER" ? { login: true } : {}), ...readOptions(node.options) },
    memberOf: rolesIn(node.options, "addroleto"),
    members: [...rolesIn(node.options, "rolemembers"), ...rolesIn(node.options, "adminmembers")],
  }),
  AlterRoleStmt: readAlterRole,
  AlterRoleSetStmt: (_reading, node) => ({
    kind: "alter-setting",
    on: "role",
    name: node.role ? roleName(node.role) : "all",
    ...alteredSetting(node.setstmt),
  }),
  AlterDatabaseSetStmt: (_reading, node) => ({
    kind: "alter-setting",
    on: "database",
    name: node.dbname ?? "",
    ...alteredSetting(node.setstmt),
  }),
  GrantRoleStmt: (_reading, node) => ({
    kind: "grant-role",
    revoke: !node.is_grant,
    roles: (node.granted_roles ?? []).map((item) => as(item, "AccessPriv")?.priv_name ?? ""),
    to: (node.grantee_roles ?? []).map((item) => roleName(as(item, "RoleSpec"))),
    ...flag(node.opt, "inherit"),
    ...flag(node.opt, "set"),
  }),
};

/** ALTER GROUP ... ADD USER is a grant of membership. */
function readAlterRole(_reading: unknown, node: NodeOf<"AlterRoleStmt">): StatementBody {
  const members = rolesIn(node.options, "rolemembers");
  const name = roleName(node.role);
  if (members.length > 0)
    return { kind: "grant-role", revoke: node.action === -1, roles: [name], to: members };
  return { kind: "alter-role", name, options: readOptions(node.options) };
}

const OPTIONS = new Map<string, keyof RoleOptions>([
  ["canlogin", "login"],
  ["superuser", "superuser"],
  ["bypassrls", "bypassRls"],
  ["inherit", "inherit"],
  ["createrole", "createRole"],
]);

function readOptions(nodes: readonly Node[] | undefined): RoleOptions {
  const entries = (nodes ?? []).flatMap((node) => {
    const option = as(node, "DefElem");
    const name = OPTIONS.get(option?.defname ?? "");
    return name ? [[name, as(option?.arg, "Boolean")?.boolval ?? false]] : [];
  });
  return Object.fromEntries(entries);
}

function rolesIn(options: readonly Node[] | undefined, name: string): string[] {
  return (options ?? []).flatMap((node) => {
    const option = as(node, "DefElem");
    return option?.defname === name ? itemsOf(option.arg).map((item) => roleName(as(item, "RoleSpec"))) : [];
  });
}

function alteredSetting(node: NodeOf<"VariableSetStmt"> | undefined) {
  const { name, values } = settingOf(node ?? {});
  return { setting: name, values, reset: node?.kind === "VAR_RESET" || node?.kind === "VAR_RESET_ALL" };
}

/** WITH INHERIT TRUE | FALSE, SET TRUE | FALSE. */
function flag<K extends "inherit" | "set">(
  options: readonly Node[] | undefined,
  name: K,
): { [P in K]?: boolean } {
  for (const node of options ?? []) {
    const option = as(node, "DefElem");
    if (option?.defname !== name) continue;
    return { [name]: as(option.arg, "Boolean")?.boolval ?? false } as { [P in K]?: boolean };
  }
  return {};
}
