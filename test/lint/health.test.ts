import { strict as assert } from "node:assert";
import { scoreHealth } from "../../src/lint/health.ts";
import { HEALTH } from "../../src/lint/health-table.ts";
import type { CodeFile } from "../../src/project/usage.ts";
import { registry } from "../../src/rules/registry.generated.ts";
import { finding, project, table } from "./sample.ts";

const rowFor = (category: string) => HEALTH.find(({ categories }) => categories.includes(category));

const tables = ["a", "b", "c", "d"].map((name) => table(name));
const reading = (...names: string[]): CodeFile[] =>
  [{ path: "a.ts", usages: names.map((value) => ({ kind: "environment", variable: { value } })) }] as never;

const score = (
  projects: Parameters<typeof scoreHealth>[0],
  findings: readonly ReturnType<typeof finding>[],
  accepted: readonly ReturnType<typeof finding>[] = [],
) =>
  scoreHealth(
    projects,
    findings.map((each) => ({ finding: each, folder: "" })),
    accepted,
  );

describe("health", () => {
  it("is the share of objects without findings: an error takes the whole, a warning half, info a tenth", () => {
    const { total, categories } = score(
      [project({ tables })],
      [
        finding("table-without-rls", "public.a"),
        finding("rls-not-forced", "public.b", { severity: "warning" }),
        finding("rls-without-policies", "public.c", { severity: "info" }),
      ],
    );
    assert.deepEqual(categories, [
      {
        name: "isolation",
        weight: 35,
        objects: 4,
        share: 0.6,
        errors: 1,
        warnings: 1,
        infos: 1,
        accepted: 0,
      },
    ]);
    assert.equal(total, 60);
  });

  it("takes an object's worst finding, and counts a policy's exposure to its table", () => {
    const { categories } = score(
      [project({ tables })],
      [
        finding("table-without-rls", "public.a"),
        finding("rls-weakened", "public.a/old policy", { severity: "warning" }),
      ],
    );
    assert.equal(categories[0]?.share, 0.75);
  });

  it("weighs categories that have objects, and leaves out those that have none", () => {
    const projects = [project({ tables, code: reading("A", "B", "B") })];
    const { total, categories } = score(projects, [
      finding("environment-undocumented", "environment A", { category: "environment" }),
    ]);
    assert.deepEqual(
      categories.map(({ name, objects, share }) => [name, objects, share]),
      [
        ["isolation", 4, 1],
        ["environment", 2, 0.5],
      ],
    );
    assert.equal(total, Math.floor((35 + 5 * 0.5) / 0.4));
    assert.equal(score([project({})], []).total, undefined);
  });

  it("lets a finding about all objects of its category take from each", () => {
    const { categories } = score(
      [project({ tables })],
      [finding("project-without-rls", "project", { severity: "warning" })],
    );
    assert.equal(categories[0]?.share, 0.5);
    assert.equal(categories[0]?.objects, 4);
  });

  it("counts a finding about something that is no object as one more", () => {
    const { categories } = score([project({ tables })], [finding("role-bypasses-rls", "role app")]);
    assert.deepEqual([categories[0]?.objects, categories[0]?.share], [5, 0.8]);
  });

  it("takes nothing for accepted findings and for style", () => {
    const style = finding("policy-name-placeholder", "public.a/tmp", {
      category: "conventions",
      severity: "info",
    });
    const { total, categories } = score(
      [project({ tables })],
      [style],
      [finding("table-without-rls", "public.a")],
    );
    assert.equal(total, 100);
    assert.equal(categories[0]?.accepted, 1);
  });

  it("counts rules that there are, in categories that there are", () => {
    const ids = new Set(registry.map(({ id }) => id));
    const categories = new Set(registry.map(({ category }) => category));
    assert.deepEqual(
      HEALTH.flatMap((row) => row.rules).filter((id) => !ids.has(id)),
      [],
    );
    for (const category of categories) assert(category === "conventions" || rowFor(category), category);
  });

  it("has weights that add up to 100", () => {
    assert.equal(
      HEALTH.reduce((sum, { weight }) => sum + weight, 0),
      100,
    );
  });
});
