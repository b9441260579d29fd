import { readingOf } from "../tokens/reading.ts";
import { bodySpan, optionsOf } from "../tree/function.ts";
import { stringOf } from "../tree/node.ts";
import type { StatementReaders } from "../tree/statement.ts";
import { readProcedure } from "./procedure.ts";
import { refusedProcedure } from "./refused.ts";
import { runProcedure } from "./run.ts";

export const doReaders: StatementReaders = {
  DoStmt: (reading, node, range) => {
    const options = optionsOf(node.args);
    const language = (stringOf(options.get("language")) || "plpgsql").toLowerCase();
    const span = reading.place(range.first, range.last);
    if (language !== "plpgsql") {
      const reason = `a DO block in the language ${language}`;
      return { kind: "do", statements: [], unresolved: [{ span, reason, touchesRowSecurity: false }] };
    }
    const body = readingOf(reading, bodySpan(reading, range) ?? span, stringOf(options.get("as")));
    const procedure = readProcedure(body.tokens);
    const { statements, unresolved } = runProcedure(body, procedure.steps);
    const refused = refusedProcedure(reading, range, body, !procedure.complete);
    const lost = { span, reason: "a DO block whose end could not be found", touchesRowSecurity: false };
    return {
      kind: "do",
      statements,
      unresolved: procedure.complete ? unresolved : [...unresolved, lost],
      ...(refused && { refused }),
    };
  },
};
