import assert from "node:assert/strict";
import { join } from "node:path";
import { publishedFiles } from "../../src/build/published-files.ts";
import { renderPicture } from "../../src/build/terminal-picture.ts";
import { ROOT, readOrEmpty } from "../../src/build/tree.ts";

describe("published files", () => {
  it("are what the command prints", async () => {
    const files = await publishedFiles();
    const stale = [...files].filter(([path, text]) => readOrEmpty(join(ROOT, path)) !== text);
    assert.deepEqual(
      stale.map(([path]) => path),
      [],
      'Run "npm run generate" and commit what it writes.',
    );
  }).timeout(60_000);
});

describe("picture of a terminal", () => {
  it("places runs of colour by their column, wide characters and blanks included", () => {
    const svg = renderPicture("ab \u001b[1m\u001b[31m標題\u001b[39m\u001b[22m  c", 20);
    const runs = [...svg.matchAll(/<tspan x="([\d.]+)" textLength="([\d.]+)"([^>]*)>([^<]*)</g)];
    assert.deepEqual(
      runs.map(([, x, , style, text]) => [Math.round((Number(x) - 20) / 8.4), style!.trim(), text]),
      [
        [0, "", "ab"],
        [3, 'class="bold red"', "標題"],
        [9, "", "c"],
      ],
    );
  });

  it("keeps what the terminal showed from being markup", () => {
    assert.ok(renderPicture("<script>&", 20).includes("&lt;script&gt;&amp;"));
  });
});
