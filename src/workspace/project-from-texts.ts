import { type Configuration, DEFAULT_CONFIGURATION } from "../lint/configuration.ts";
import type { Project } from "../project/project.ts";
import type { SourceText } from "../text/source-text.ts";
import { kindOfFile } from "./discover/file-kind.ts";
import { byPath } from "./discover/walk.ts";
import { FactStore } from "./facts/fact-store.ts";
import { NO_GIT } from "./git/git.ts";
import { ProjectSet } from "./project-set.ts";
import { Surveyor } from "./surveyor.ts";

/** The projects of a workspace that holds just these texts. Nothing is read from disk. */
export async function buildProjectFromTexts(
  texts: readonly SourceText[],
  configuration: Configuration = DEFAULT_CONFIGURATION,
): Promise<Project[]> {
  const store = new FactStore("");
  for (const { path, text } of texts) store.setText(path, text);
  const files = texts.flatMap(({ path }) => {
    const kind = kindOfFile(path);
    return kind ? [{ path, kind }] : [];
  });
  const surveyor = new Surveyor(store);
  const surveyed = await surveyor.survey(files.sort(byPath), configuration);
  await surveyor.readCode(surveyed);
  return new ProjectSet(store).build(surveyed, configuration, NO_GIT);
}
