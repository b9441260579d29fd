import type { RoleStatement } from "../../source/sql/statement.ts";
import type { Role } from "../catalog.ts";
import { roleName } from "./names.ts";
import { defaultSearchPath } from "./setting.ts";
import { madeBy, markChanged, type Step } from "./state.ts";

type Of<Kind extends RoleStatement["kind"]> = Extract<RoleStatement, { kind: Kind }>;

const DEFAULTS: Role["options"] = {
  login: false,
  superuser: false,
  bypassRls: false,
  inherit: true,
  createRole: false,
};

export function createRole(step: Step, statement: Of<"create-role">): void {
  const { name, options, memberOf, members } = statement;
  if (step.state.shelves.roles.has(name)) return;
  step.state.put("roles", name, {
    ...madeBy(step),
    name,
    options: { ...DEFAULTS, ...options },
    memberOf: [],
  });
  for (const role of memberOf) join(step, name, role, {});
  for (const member of members) join(step, member, name, {});
}

export function alterRole(step: Step, { name, options }: Of<"alter-role">): void {
  const role = step.state.edit("roles", roleName(step.state, name));
  if (!role) return;
  role.options = { ...role.options, ...options };
  markChanged(step, role);
}

export function grantRole(step: Step, statement: Of<"grant-role">): void {
  for (const name of statement.to)
    for (const role of statement.roles)
      if (statement.revoke) leave(step, roleName(step.state, name), role, statement);
      else join(step, roleName(step.state, name), role, statement);
}

type Terms = Pick<Of<"grant-role">, "inherit" | "set">;

/** A membership inherits as the member does, unless it says otherwise. */
function join(step: Step, member: string, role: string, terms: Terms): void {
  const found = step.state.edit("roles", member);
  if (!found) return;
  const before = found.memberOf.find((each) => each.role === role);
  const membership = {
    role,
    inherit: terms.inherit ?? before?.inherit ?? found.options.inherit,
    set: terms.set ?? before?.set ?? true,
    made: step.place,
  };
  found.memberOf = [...found.memberOf.filter((each) => each.role !== role), membership];
  markChanged(step, found);
}

/** REVOKE INHERIT OPTION FOR takes one term away, not the membership. */
function leave(step: Step, member: string, role: string, terms: Terms): void {
  const found = step.state.edit("roles", member);
  if (!found) return;
  const partly = terms.inherit !== undefined || terms.set !== undefined;
  found.memberOf = found.memberOf.flatMap((each) => {
    if (each.role !== role) return [each];
    if (!partly) return [];
    return [
      {
        ...each,
        ...(terms.inherit === undefined ? {} : { inherit: false }),
        ...(terms.set === undefined ? {} : { set: false }),
      },
    ];
  });
  markChanged(step, found);
}

/** ALTER ROLE and ALTER DATABASE ... SET: what later sessions begin with. */
export function alterSetting(step: Step, statement: Of<"alter-setting">): void {
  const { state } = step;
  const name = statement.on === "role" ? roleName(state, statement.name) : statement.name;
  const { on, setting, values, reset } = statement;
  const others = state.lists.settings.filter(
    (each) => each.on !== on || each.name !== name || (setting !== "all" && each.setting !== setting),
  );
  const added = reset || !values.length ? [] : [{ on, name, setting, values, made: step.place }];
  state.replace("settings", [...others, ...added]);
  if (state.platform) state.session.searchPath = defaultSearchPath(state);
}
