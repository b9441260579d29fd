import type { Node } from "@pgsql/types";
import type { GrantedPrivilege, GrantStatement, Privilege } from "../statement.ts";
import { findWord } from "../tokens/locate.ts";
import type { Reading } from "../tokens/reading.ts";
import type { TokenRange } from "../tokens/tokens.ts";
import { argumentTypes, nameAfter, namePartsOf } from "./drop.ts";
import { readRelation, readRoles, roleName } from "./name.ts";
import { as, itemsOf, type NodeOf, stringsOf } from "./node.ts";
import type { StatementReaders } from "./statement.ts";

export const grantReaders: StatementReaders = {
  GrantStmt: readGrant,
  AlterDefaultPrivilegesStmt: (reading, node) => {
    const on = TARGETS.get(node.action?.objtype ?? "") ?? "other";
    return {
      kind: "default-privileges",
      revoke: !node.action?.is_grant,
      forRoles: optionItems(node.options, "roles").map((item) => roleName(as(item, "RoleSpec"))),
      inSchemas: stringsOf(optionItems(node.options, "schemas")),
      privileges: readPrivileges(node.action?.privileges),
      on: on === "database" ? "other" : on,
      roles: readRoles(reading, node.action?.grantees),
    };
  },
};

type Grant = Extract<GrantStatement, { kind: "grant" }>;

const TARGETS = new Map<string, Grant["on"]>([
  ["OBJECT_TABLE", "table"],
  ["OBJECT_SEQUENCE", "sequence"],
  ["OBJECT_SCHEMA", "schema"],
  ["OBJECT_FUNCTION", "function"],
  ["OBJECT_PROCEDURE", "function"],
  ["OBJECT_ROUTINE", "function"],
  ["OBJECT_TYPE", "type"],
  ["OBJECT_DOMAIN", "type"],
  ["OBJECT_DATABASE", "database"],
]);

function readGrant(reading: Reading, node: NodeOf<"GrantStmt">, range: TokenRange): Grant {
  const everywhere = node.targtype === "ACL_TARGET_ALL_IN_SCHEMA";
  const on = findWord(reading, range, "on");
  return {
    kind: "grant",
    revoke: !node.is_grant,
    privileges: readPrivileges(node.privileges),
    on: TARGETS.get(node.objtype ?? "") ?? "other",
    objects: everywhere ? [] : (node.objects ?? []).map((item) => readObject(reading, item, range, on + 1)),
    allInSchemas: everywhere ? stringsOf(node.objects) : [],
    roles: readRoles(reading, node.grantees),
    cascade: node.behavior === "DROP_CASCADE",
    ...(node.grant_option && !node.is_grant ? { grantOptionOnly: true } : {}),
  };
}

function readObject(reading: Reading, node: Node, range: TokenRange, from: number): Grant["objects"][number] {
  const relation = as(node, "RangeVar");
  if (relation) return { name: readRelation(reading, relation) };
  const args = argumentTypes(reading, as(node, "ObjectWithArgs"));
  return { name: nameAfter(reading, range, namePartsOf(node), from), ...(args ? { args } : {}) };
}

const PRIVILEGES = new Set<string>(
  "select insert update delete truncate references trigger usage create execute connect temporary maintain".split(
    " ",
  ),
);

/** No privileges in the tree stand for ALL. */
function readPrivileges(nodes: readonly Node[] | undefined): GrantedPrivilege[] {
  if (nodes === undefined) return [{ privilege: "all", columns: [] }];
  return nodes.map((node) => {
    const item = as(node, "AccessPriv");
    const columns = stringsOf(item?.cols);
    if (item?.priv_name === undefined) return { privilege: "all", columns };
    const name = item.priv_name === "temp" ? "temporary" : item.priv_name;
    return { privilege: PRIVILEGES.has(name) ? (name as Privilege) : "other", columns };
  });
}

/** The list of one option of ALTER DEFAULT PRIVILEGES: FOR ROLE and IN SCHEMA. */
function optionItems(options: readonly Node[] | undefined, name: string): readonly Node[] {
  return (options ?? []).flatMap((node) => {
    const option = as(node, "DefElem");
    return option?.defname === name ? itemsOf(option.arg) : [];
  });
}
