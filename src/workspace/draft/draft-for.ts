import { applicationOf } from "../../project/application.ts";
import { modelNamed, unknownModelCalls } from "../../project/delegates.ts";
import type { Project } from "../../project/project.ts";
import type { Intent } from "../../text/finding.ts";
import { WorkspaceProblem } from "../workspace.ts";
import type { Draft } from "./draft.ts";

/** What is to be drafted: a model by its name, alone or with the module that belongs to it, or the validation of an application's environment by its folder. */
export interface DraftRequest {
  readonly verb: Extract<Intent["verb"], `draft-${string}`>;
  readonly subject: string;
}

export const isDraftRequest = (intent: Pick<Intent, "verb" | "subject">): intent is DraftRequest =>
  intent.verb.startsWith("draft-");

/** Drafts for the project that has what the request speaks of. Throws WorkspaceProblem where none has. */
export async function draftFor(
  projects: readonly Project[],
  { verb, subject }: DraftRequest,
): Promise<{ readonly project: Project; readonly draft: Draft }> {
  const project = (isOfApplication(verb) ? ofApplication : ofModel)(projects, subject) ?? projects[0];
  if (!project) throw new WorkspaceProblem("There is no schema and no code here to draft anything from.");
  if (verb === "draft-model") {
    const { draftModel } = await import("./model.ts");
    return { project, draft: await draftModel(project, subject) };
  }
  const { loadTypeScript } = await import("../../source/code/typescript.ts");
  await loadTypeScript();
  if (verb === "draft-module") {
    const { draftModule } = await import("./module.ts");
    return { project, draft: await draftModule(project, subject) };
  }
  if (verb === "draft-supabase") {
    const { draftSupabase } = await import("./supabase.ts");
    return { project, draft: draftSupabase(project, subject) };
  }
  const { draftEnvironment } = await import("./environment.ts");
  return { project, draft: draftEnvironment(project, subject) };
}

const ofModel = (projects: readonly Project[], name: string): Project | undefined =>
  projects.find(({ models }) => models.has(name)) ??
  projects.find((project) =>
    [...unknownModelCalls(project).keys()].some((delegate) => modelNamed(delegate) === name),
  );

const isOfApplication = (verb: DraftRequest["verb"]): boolean =>
  verb === "draft-environment" || verb === "draft-supabase";

const ofApplication = (projects: readonly Project[], folder: string): Project | undefined =>
  projects.find((project) =>
    (project.usages.get("environment") ?? []).some(({ path }) => applicationOf(project, path) === folder),
  );
