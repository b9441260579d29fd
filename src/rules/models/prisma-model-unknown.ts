import { type ModelCall, modelNamed, nearDelegate, unknownModelCalls } from "../../project/delegates.ts";
import { draftModel } from "../../project/drafts.ts";
import { renameName } from "../../project/names.ts";
import type { Project } from "../../project/project.ts";
import type { RawFinding } from "../../text/finding.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "project",
  severity: "error",
  summary: "Code uses a Prisma model that the schema does not have.",
  why: "`prisma.notification` is `undefined` where the schema has no model Notification: every call of it fails at run time, and the feature behind it has no table, no policies and no types.",
  *check(project) {
    for (const [name, calls] of unknownModelCalls(project)) {
      const near = nearDelegate(project, name);
      if (near === undefined) yield missing(name, calls);
      else for (const call of calls) yield misspelt(project, call, near);
    }
  },
});

function misspelt(project: Project, { model }: ModelCall, near: string): RawFinding {
  return {
    at: { path: model.path, span: model.span },
    subject: `code ${model.path}`,
    message: `The code uses prisma.${model.value}, and the model is called prisma.${near}.`,
    ...renameName(project, model, near, `Use prisma.${near}`),
  };
}

function missing(name: string, [first, ...others]: readonly ModelCall[]): RawFinding {
  const methods = [...new Set([first!, ...others].map(({ method }) => method))];
  return {
    at: { path: first!.model.path, span: first!.model.span },
    subject: `model ${modelNamed(name)}`,
    message: `The code uses prisma.${name} (${methods.join(", ")}), and the schema has no model ${modelNamed(name)}.`,
    related: others.slice(0, 50).map(({ model, method }) => ({
      place: { path: model.path, span: model.span },
      message: `${method} is called here.`,
    })),
    remedy: draftModel(modelNamed(name)),
  };
}
