import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "A statement that PostgreSQL's grammar refuses.",
  why: "The migration fails where it is run. Rowguard reads the statements around it and knows nothing of this one.",
  *check(project) {
    for (const { source, kind } of project.history) {
      if (kind === "model") continue;
      for (const error of source.errors)
        yield {
          at: { path: source.path, span: error.span },
          subject: `sql ${source.path}`,
          message: error.message,
        };
    }
  },
});
