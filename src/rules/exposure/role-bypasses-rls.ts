import { quoteIdentifier } from "../../text/quote.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "A migration makes a role that can log in and steps around row-level security.",
  why: "Whoever connects as a superuser or a BYPASSRLS role sees every tenant's rows, and no policy can change that.",
  *check(project) {
    for (const role of project.catalog.roles.values()) {
      const { login, superuser, bypassRls } = role.options;
      if (role.platform || !login || !(superuser || bypassRls)) continue;
      const attribute = superuser ? "superuser" : "bypassrls";
      yield {
        at: role.changed.at(-1) ?? role.made,
        subject: `role ${role.name}`,
        message: `The role ${role.name} can log in and is ${superuser ? "a superuser" : "BYPASSRLS"}: no policy applies to it.`,
        remedy: {
          kind: "statements",
          title: `Make ${role.name} subject to row-level security`,
          statements: [`alter role ${quoteIdentifier(role.name)} no${attribute};`],
        },
      };
    }
  },
});
