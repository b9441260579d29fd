import type { GrantedPrivilege, GrantStatement, Privilege } from "../../source/sql/statement.ts";
import type { DefaultPrivilege, Grant } from "../catalog.ts";
import { remember } from "../remember.ts";
import { roleName } from "./names.ts";
import type { State, Step } from "./state.ts";

type Statement = Extract<GrantStatement, { kind: "default-privileges" }>;
type Target = Statement["on"];

const OF_TARGET: Readonly<Partial<Record<Target | "database", readonly Privilege[]>>> = {
  table: ["select", "insert", "update", "delete", "truncate", "references", "trigger"],
  sequence: ["usage", "select", "update"],
  schema: ["usage", "create"],
  function: ["execute"],
  type: ["usage"],
  database: ["create", "connect", "temporary"],
};

/** What ALL is for the kind of object; nothing for what holds no rows of anybody. */
export const everyPrivilege = (on: Target | "database"): readonly Privilege[] => OF_TARGET[on] ?? [];

/** ALL spelled out for the kind of object. */
export function spellOut(
  privileges: readonly GrantedPrivilege[],
  on: Target | "database",
): readonly Privilege[] {
  return privileges.flatMap(({ privilege }) => (privilege === "all" ? everyPrivilege(on) : [privilege]));
}

/** ALTER DEFAULT PRIVILEGES: what objects made from now on are granted. */
export function alterDefaultPrivileges(step: Step, statement: Statement): void {
  const { state } = step;
  const owners = statement.forRoles.length ? statement.forRoles : ["current_user"];
  const schemas = statement.inSchemas.length ? statement.inSchemas : [undefined];
  for (const owner of owners.map((name) => roleName(state, name)))
    for (const schema of schemas) alterFor(step, statement, owner, schema);
}

function alterFor(step: Step, statement: Statement, owner: string, schema: string | undefined): void {
  const { state } = step;
  const privileges = spellOut(statement.privileges, statement.on);
  const roles = statement.roles.map(({ name }) => roleName(state, name));
  const builtIn = schema === undefined && statement.on === "function" && roles.includes("public");
  if (builtIn) setPrivateFunctions(state, owner, statement.revoke);
  const stated = builtIn ? roles.filter((role) => role !== "public") : roles;
  const others = state.lists.defaultPrivileges.filter(
    (each) =>
      each.forRole !== owner ||
      each.schema !== schema ||
      each.on !== statement.on ||
      !roles.includes(each.role) ||
      !privileges.includes(each.privilege),
  );
  const added = statement.revoke ? [] : makeDefaults(step, statement, owner, schema, stated, privileges);
  state.replace("defaultPrivileges", [...others, ...added]);
}

const makeDefaults = (
  step: Step,
  { on }: Statement,
  forRole: string,
  schema: string | undefined,
  roles: readonly string[],
  privileges: readonly Privilege[],
): DefaultPrivilege[] =>
  roles.flatMap((role) =>
    privileges.map((privilege) => ({
      forRole,
      ...(schema === undefined ? {} : { schema }),
      on,
      privilege,
      role,
      made: step.place,
      platform: step.state.platform,
    })),
  );

/** PUBLIC's EXECUTE is built in; only a revocation without IN SCHEMA takes it away. */
function setPrivateFunctions(state: State, owner: string, isPrivate: boolean): void {
  const owners = new Set(state.privateFunctionsOf);
  if (isPrivate) owners.add(owner);
  else owners.delete(owner);
  state.privateFunctionsOf = owners;
}

/** Grants of objects made alike are one list, kept as long as the default privileges are the same. */
const made = new WeakMap<readonly DefaultPrivilege[], Map<string, readonly Grant[]>>();

/** The grants that a new object of the current role begins with. */
export function defaultGrants(state: State, on: Target, schema: string): readonly Grant[] {
  const { defaultPrivileges } = state.lists;
  const lists = remember(made, defaultPrivileges, () => new Map());
  const owner = state.session.role;
  return remember(lists, `${on} ${owner} ${schema}`, () =>
    defaultPrivileges
      .filter((each) => each.on === on && each.forRole === owner && (each.schema ?? schema) === schema)
      .map(({ role, privilege, made: place, platform }) => ({
        role,
        privilege,
        origin: platform ? "assumed" : "default-privileges",
        made: place,
      })),
  );
}

/** Whether PUBLIC may call what the current role makes. */
export const functionsArePublic = (state: State): boolean =>
  !state.privateFunctionsOf.has(state.session.role);
