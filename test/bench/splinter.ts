import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PLATFORMS } from "../../src/project/platform/choose.ts";
import { loadGrammar } from "../../src/source/sql/grammar.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { advise, findAdvisor } from "../splinter/advisor.ts";
import { type Compared, compare, findingsIn, readMap } from "../splinter/compare.ts";
import { Host } from "../splinter/host.ts";
import type { Row } from "./table.ts";

/** Folders of projects, one below the other: what Supabase's advisors say of their databases, and what is said from source. */
const CORPUS = process.env.CORPUS ?? "examples";

export async function benchSplinter(): Promise<Row[]> {
  const all: Compared[] = [];
  const program = findAdvisor();
  if (program === undefined) throw new Error("The advisors cannot be fetched from the registry.");
  await loadGrammar();
  for (const platform of PLATFORMS) {
    const host = await Host.start(platform);
    if (!host) throw new Error("No PostgreSQL server can run here.");
    try {
      for (const folder of readdirSync(CORPUS))
        all.push(...(await compareFolder(join(CORPUS, folder), platform.id, host, program)));
    } finally {
      await host.stop();
    }
  }
  console.log(`\nAll of them\n${render(all)}`);
  return [];
}

async function compareFolder(
  folder: string,
  platform: string,
  host: Host,
  program: string,
): Promise<Compared[]> {
  const all: Compared[] = [];
  const workspace = await openWorkspace(folder);
  try {
    for (const project of await workspace.projects()) {
      if (project.platform.id !== platform || !project.history.length) continue;
      const { url, refused } = await host.load(project);
      const compared = compare(advise(program, url), await findingsIn(project));
      console.log(
        `\n${join(folder, project.folder)}${refused ? ` (PostgreSQL refused ${refused} statements)` : ""}`,
      );
      console.log(render(compared));
      all.push(...compared);
    }
  } finally {
    await workspace.close();
  }
  return all;
}

/** Advisor by advisor, with the objects of which nothing is said from source. */
function render(compared: readonly Compared[]): string {
  const map = readMap();
  const lints = [...new Set(compared.map(({ advice }) => advice.lint))];
  const lines = lints.sort().map((lint) => {
    const all = compared.filter(({ advice }) => advice.lint === lint);
    const silent = all.filter(({ rule }) => rule === undefined).map(({ advice }) => advice.object);
    const rules = [...new Set(all.flatMap(({ rule }) => rule ?? []))].join(", ");
    if (!map.get(lint)?.length)
      return `  ${lint}: ${map.has(lint) ? "not covered" : "not listed in docs/splinter.md"} (${all.length})`;
    const objects = silent.length ? `; silent on ${[...new Set(silent)].join(", ")}` : "";
    return `  ${lint}: ${all.length - silent.length} of ${all.length}${rules ? ` (${rules})` : ""}${objects}`;
  });
  return lines.join("\n");
}
