import { mayExecute, privilegesOf } from "../../catalog/access.ts";
import type { Func, View } from "../../catalog/catalog.ts";
import type { Project } from "../../project/project.ts";
import { schemaReachable } from "../../project/reach.ts";
import { revokeFrom } from "../../project/remedies.ts";
import { listOf, nameOf } from "../../project/words.ts";
import { tablesOf } from "../../source/sql/walk.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A view or function hands out the platform's own table of users.",
  why: "`auth.users` holds every user's e-mail, phone and metadata. A view reads it with its owner's rights, and so does a SECURITY DEFINER function: whoever may select from the view sees them all.",
  *check(project) {
    for (const view of project.catalog.views.values()) {
      const roles = readersOf(project, view);
      if (!roles.length || !readsUsers(view)) continue;
      yield {
        at: view.made,
        subject: `${view.schema}.${view.name}`,
        message: `The view ${nameOf(view)} shows auth.users to ${listOf(roles)}.`,
        ...revokeFrom(project, view, roles),
      };
    }
    for (const func of [...project.catalog.functions.values()].flat()) {
      if (!func.platform && handsOutUsers(func) && isCallable(project, func))
        yield {
          at: func.made,
          subject: `${func.schema}.${func.name}()`,
          message: `The function ${nameOf(func)} returns rows of auth.users to whoever calls it.`,
        };
    }
  },
});

const USERS = "auth.users";

const readsUsers = (view: View): boolean =>
  !view.platform &&
  !isInvoker(view) &&
  tablesOf(view.query).some((name) => `${name.schema}.${name.name}` === USERS);

const isInvoker = (view: View): boolean => /^(true|on|1|yes)$/i.test(view.options.security_invoker ?? "");

function readersOf(project: Project, view: View): string[] {
  if (!schemaReachable(project, view.schema)) return [];
  return project.settings.clientRoles.filter((role) =>
    privilegesOf(project.catalog, view, role).whole.has("select"),
  );
}

/** SETOF auth.users by name: other shapes may be bound to the caller, which is for the rules on policies' meaning to judge. */
const handsOutUsers = (func: Func): boolean =>
  func.securityDefiner && func.returns?.name === USERS && func.returnsSet;

const isCallable = (project: Project, func: Func): boolean =>
  schemaReachable(project, func.schema) &&
  project.settings.clientRoles.some((role) => mayExecute(project.catalog, func, role));
