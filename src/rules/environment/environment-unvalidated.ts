import { byApplication } from "../../project/application.ts";
import { draftEnvironment } from "../../project/drafts.ts";
import type { Project } from "../../project/project.ts";
import { isProvided } from "../../project/provided-variables.ts";
import type { Usage } from "../../project/usage.ts";
import { defineRule } from "../rule.ts";

type Read = Extract<Usage, { kind: "environment" }>;

export default defineRule({
  on: "project",
  severity: "warning",
  summary: "Environment variables are used unchecked in several places, and nothing validates them at start.",
  why: "A variable that is missing or misspelt shows up as `undefined` wherever it is first used: in production, in the middle of a request, as an error about something else. A schema at start says which variable is wrong, in one sentence.",
  options: (z) => z.strictObject({ files: z.int().min(1).default(2) }),
  *check(project, _project, options) {
    const schemas = byApplication(project, project.usages.get("environment-schema") ?? []);
    for (const [folder, reads] of byApplication(project, readsOf(project))) {
      const files = [...new Set(reads.map(({ path }) => path))];
      if (files.length < options.files || schemas.has(folder)) continue;
      const names = new Set(reads.map(({ variable }) => variable.value));
      const [first, ...others] = files.map((file) => reads.find(({ path }) => path === file)!);
      yield {
        at: { path: first!.path, span: first!.span },
        subject: folder ? `environment of ${folder}` : "environment",
        message: `${names.size === 1 ? "1 environment variable is" : `${names.size} environment variables are`} used unchecked in ${files.length} files, and nothing validates them at start.`,
        related: others.slice(0, 50).map(({ path, span, variable }) => ({
          place: { path, span },
          message: `${variable.value} is used unchecked here.`,
        })),
        remedy: draftEnvironment(folder),
      };
    }
  },
});

/** Unchecked reads of the application's own variables. */
const readsOf = (project: Project): Read[] =>
  (project.usages.get("environment") ?? []).filter(
    (usage): usage is Read =>
      usage.kind === "environment" &&
      usage.role === "runtime" &&
      usage.asserted &&
      !isProvided(usage.variable.value, usage.path),
  );
