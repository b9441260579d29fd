import assert from "node:assert/strict";
import { combineReports } from "../../src/cli/combine.ts";
import { renderJson } from "../../src/report/json.ts";
import { sampleReport } from "../report/sample.ts";

describe("several reports as one", () => {
  it("shows paths as seen from the current folder, with their places", () => {
    const alone = JSON.parse(renderJson(sampleReport(), []));
    const combined = combineReports([{ report: sampleReport(), prefix: "apps/web/" }]);
    const json = JSON.parse(renderJson(combined, []));
    assert.equal(json.findings[0].path, "apps/web/lib/realtime.ts");
    assert.equal(json.findings[0].related[0].path, "apps/web/prisma/schema.prisma");
    assert.deepEqual(json.findings[0].start, alone.findings[0].start);
  });

  it("leaves a report of the current folder as it is", () => {
    const report = sampleReport();
    assert.equal(combineReports([{ report, prefix: "" }]), report);
  });

  it("reads each text from the report it belongs to", () => {
    const combined = combineReports([
      { report: sampleReport({ text: (path) => (path === "b/x.sql" ? "outer" : undefined) }), prefix: "a/" },
      { report: sampleReport({ text: (path) => (path === "x.sql" ? "inner" : undefined) }), prefix: "a/b/" },
    ]);
    assert.equal(combined.text("a/b/x.sql"), "inner");
    assert.equal(combined.text("c/x.sql"), undefined);
  });

  it("weighs categories by their objects", () => {
    const category = { name: "isolation", weight: 35, errors: 0, warnings: 0, infos: 0, accepted: 0 };
    const report = (objects: number, share: number) =>
      sampleReport({ health: { total: 1, categories: [{ ...category, objects, share }] } });
    const { health } = combineReports([
      { report: report(30, 1), prefix: "a/" },
      { report: report(10, 0), prefix: "b/" },
    ]);
    assert.equal(health.total, 75);
    assert.deepEqual(health.categories, [{ ...category, objects: 40, share: 0.75 }]);
  });

  it("has no score where there is nothing to score", () => {
    const report = sampleReport({ health: { total: undefined, categories: [] } });
    const { health } = combineReports([
      { report, prefix: "a/" },
      { report, prefix: "b/" },
    ]);
    assert.equal(health.total, undefined);
  });

  it("is incomplete where one of them is, and fails at the lowest threshold", () => {
    const combined = combineReports([
      { report: sampleReport({ threshold: "error" }), prefix: "a/" },
      { report: sampleReport({ incomplete: true, threshold: "info" }), prefix: "b/" },
    ]);
    assert.deepEqual([combined.incomplete, combined.threshold], [true, "info"]);
  });
});
