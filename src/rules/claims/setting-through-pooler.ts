import { type ConnectionVariable, connectionVariables } from "../../project/connection.ts";
import type { Project } from "../../project/project.ts";
import { isIdentitySetting } from "../../project/trusted-settings.ts";
import { placeOf } from "../../project/usage.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "Code sets something for the session, and connects through a pooler that changes sessions.",
  why: "A transaction pooler gives each transaction to any server connection: a session setting lands on a connection that another client gets next, and the query it was meant for may run on one without it.",
  *check(project) {
    const pooled = pooledVariable(project);
    if (!pooled) return;
    for (const usage of project.usages.get("setting") ?? []) {
      if (usage.kind !== "setting" || usage.role !== "runtime" || usage.local !== false) continue;
      // What names the caller is for setting-outlives-transaction to say, through whatever it connects.
      if (isIdentitySetting(project, usage.setting)) continue;
      yield {
        at: placeOf(usage),
        subject: `code ${usage.path}`,
        message: `${usage.setting} is set for the session, and ${pooled.name} goes through a transaction pooler (${signOf(pooled)}): another client gets it.`,
        related: [{ place: pooled.place, message: `${pooled.name} is set here.` }],
      };
    }
  },
});

/** The variable the application connects with, where every value that is known goes through such a pooler. */
function pooledVariable(project: Project): ConnectionVariable | undefined {
  const variables = connectionVariables(project);
  return variables.length && variables.every((each) => isPooled(each)) ? variables[0] : undefined;
}

const isPooled = ({ url }: ConnectionVariable): boolean =>
  url.port === 6543 || url.options.pgbouncer === "true";

const signOf = ({ url }: ConnectionVariable): string => (url.port === 6543 ? "port 6543" : "pgbouncer=true");
