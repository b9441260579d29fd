import type { SqlError, Statement } from "../../source/sql/statement.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A statement, or the body of a function, that PostgreSQL's grammar refuses.",
  why: "The migration fails where it is run. Rowguard reads the statements around it and knows nothing of this one.",
  *check(project) {
    let areChecked = true;
    for (const { source, kind } of project.history) {
      if (kind === "model") continue;
      const at = ({ span, message }: SqlError) => ({
        at: { path: source.path, span },
        subject: `sql ${source.path}`,
        message,
      });
      yield* source.errors.map(at);
      // A database holds what it did not look into when it was made.
      if (kind === "database") continue;
      for (const statement of source.statements) {
        if (statement.kind === "set") areChecked &&= !leavesUnchecked(statement);
        else if (statement.kind === "do" && statement.refused) yield at(statement.refused);
        else if (statement.kind === "create-function" && statement.body.refused && areChecked)
          yield at(statement.body.refused);
      }
    }
  },
});

/** As dumps begin: bodies are then taken as they are, in this session and maybe in those that follow. */
const leavesUnchecked = ({ name, values }: Extract<Statement, { kind: "set" }>): boolean =>
  name === "check_function_bodies" && values.some((value) => /^(?:off|false|f|no|0)$/i.test(value));
