import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds wrong in the panel's own document, one line for each rule and element. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The innermost frame, which VS Code makes last.
  const frame = page.frames().at(-1)!;
  const source = readFileSync(AXE, "utf8");
  return frame.evaluate(`${source};
    axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary].join(" "))))`);
}
