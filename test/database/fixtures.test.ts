import { strict as assert } from "node:assert";
import { readMarks } from "../../src/build/marks.ts";
import { listFixtureFiles, loadFixture } from "../../src/build/rule-files.ts";
import { ROOT } from "../../src/build/tree.ts";
import { ENGINE_ROLE } from "../../src/database/embedded/image.ts";
import { EmbeddedDatabase } from "../../src/database/embedded/open.ts";
import type { Platform } from "../../src/project/platform/platform.ts";
import type { Project } from "../../src/project/project.ts";
import { buildProjectFromTexts } from "../../src/workspace/project-from-texts.ts";

// A fixture that PostgreSQL would refuse shows nothing. Every one of test/rules is run here, as a superuser would.

/** Rules about what PostgreSQL refuses, or about what is made elsewhere. */
const ABOUT_REFUSED: ReadonlySet<string> = new Set([
  "drop-blocked-by-policy",
  "policy-name-unknown",
  "policy-target-unknown",
  "policy-type-mismatch",
  "sql-syntax",
]);

/** Tests of other rules that are about it. */
const REFUSED: readonly string[] = [
  "materialized-view-exposed: over tables that are not known",
  "policies-without-rls: a policy that PostgreSQL refuses is none",
  "policy-compares-unrelated: a table of users that no migration makes",
  "policy-compares-unrelated: Silent: people in another language, by their own policy and by a table that no source makes",
  "realtime-without-select-policy: A SELECT policy for another role, a restrictive one, and one that PostgreSQL refuses",
];

describe("fixtures of rules", function () {
  this.timeout(600_000);
  const databases = new Map<Platform, EmbeddedDatabase>();
  after(() => Promise.all([...databases.values()].map((database) => database.close())));

  it("say what PostgreSQL takes, where they are not about what it refuses", async () => {
    const refused = new Map<string, string>();
    for (const { name, texts } of tests())
      for (const project of await buildProjectFromTexts(texts)) {
        const said = await refusalsOf(project);
        if (said.length) refused.set(name, said.join("\n"));
      }
    for (const name of REFUSED) assert(refused.delete(name), `${name} is listed, and PostgreSQL takes it.`);
    assert.deepEqual([...refused].map(([name, said]) => `${name}\n${said}`).join("\n\n"), "");
  });

  /** What PostgreSQL says of a project's history. */
  async function refusalsOf(project: Project): Promise<readonly string[]> {
    const open = databases.get(project.platform);
    const platform = open?.project.platform ?? { ...project.platform, migrationRole: ENGINE_ROLE };
    const asSuperuser = { ...project, platform };
    const database = open ?? new EmbeddedDatabase(asSuperuser);
    databases.set(project.platform, database);
    database.update(asSuperuser);
    const { failures } = await database.ready();
    return failures.map(({ place, message }) => {
      const text = project.text(place.path) ?? "";
      return `  ${message}: ${text.slice(place.span.start, place.span.end).replace(/\s+/g, " ").slice(0, 120)}`;
    });
  }
});

function* tests() {
  for (const file of listFixtureFiles(ROOT)) {
    if (ABOUT_REFUSED.has(file.id)) continue;
    for (const { title, blocks } of loadFixture(ROOT, file).tests) {
      const texts = blocks
        .filter(({ role }) => role === "file")
        .map(({ path, text }) => ({ path, text: readMarks(text).text }));
      if (texts.some(({ path }) => /\.(sql|prisma)$/.test(path)))
        yield { name: `${file.id}: ${title}`, texts };
    }
  }
}
