import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporary } from "./cleanup.ts";
import { copyExample } from "./editor.ts";
import { compileSuite, type Run, writeWorkspaceFile } from "./extension-host.ts";
import { ROOT } from "./install.ts";
import type { TestResult } from "./suite.ts";

export interface Suite {
  readonly run: Run;
  /** What the suite itself wrote, when it is over. */
  results(): readonly TestResult[];
}

/** The suite of the example, where everything is allowed. */
export async function trustedSuite(): Promise<Suite> {
  const beside = [join(ROOT, "test", "vscode", "beside", "supabase.postgrestools-1.0.0")];
  return suiteOf("extension", { path: writeWorkspaceFile(copyExample()), beside });
}

/** The suite of a workspace that nobody trusts. */
export async function restrictedSuite(): Promise<Suite> {
  const empty = join(temporary("rowguard-empty-"), "empty");
  mkdirSync(empty);
  return suiteOf("restricted", { path: writeWorkspaceFile(empty), trust: true }, copyExample());
}

async function suiteOf(name: string, run: Omit<Run, "tests" | "env">, folder = ""): Promise<Suite> {
  const file = join(temporary("rowguard-results-"), "results.json");
  const env = { ROWGUARD_RESULTS: file, ROWGUARD_FOLDER: folder };
  return {
    run: { ...run, tests: await compileSuite(name), env },
    results: () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : []),
  };
}

/** One line for each test, as mocha's own. Gives what failed. */
export function printResults(results: readonly TestResult[]): string[] {
  for (const { title, milliseconds, error } of results)
    console.log(`      ${error ? "✘" : "✔"} ${title} (${milliseconds} ms)`);
  return results.flatMap(({ title, error }) => (error ? [`${title}\n${error}`] : []));
}
