import type { HistoryFile } from "../../project/project.ts";
import type { SqlError, Statement } from "../../source/sql/statement.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A statement, or the body of a function, that PostgreSQL's grammar refuses.",
  why: "The migration fails where it is run. Rowguard reads the statements around it and knows nothing of this one.",
  *check(project) {
    let areChecked = true;
    for (const file of project.history) {
      const { source, kind } = file;
      if (kind === "model") continue;
      areChecked &&= !file.source.statements.some(leavesUnchecked);
      for (const { span, message } of [...source.errors, ...refusedBodies(file, areChecked)])
        yield { at: { path: source.path, span }, subject: `sql ${source.path}`, message };
    }
  },
});

/** A database holds what it did not look into when it was made. */
function* refusedBodies({ source, kind }: HistoryFile, areChecked: boolean): Generator<SqlError> {
  if (kind === "database") return;
  for (const statement of source.statements) {
    if (statement.kind === "do" && statement.refused) yield statement.refused;
    if (statement.kind === "create-function" && statement.body.refused && areChecked)
      yield statement.body.refused;
  }
}

/** As dumps begin: bodies are then taken as they are, in this session and maybe in those that follow. */
const leavesUnchecked = (statement: Statement): boolean =>
  statement.kind === "set" &&
  statement.name === "check_function_bodies" &&
  statement.values.some((value) => /^(?:off|false|f|no|0)$/i.test(value));
