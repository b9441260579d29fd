import assert from "node:assert/strict";
import type { Report } from "../../src/lint/report.ts";
import { createFolder } from "../../src/server/folder.ts";
import type { Workspace } from "../../src/workspace/workspace.ts";

/** A folder whose workspace notes which text each report was made of; `atReport` is called before the nth. */
function folderWith(atReport: (n: number) => void, history: readonly string[] = []) {
  const reported: (string | undefined)[] = [];
  const texts = new Map<string, string>();
  const project = {
    history: history.map((path) => ({ source: { path } })),
    text: (path: string) => `of ${path}`,
  };
  const report = { text: () => texts.get("a.ts"), projects: [{ history: [] }, project] };
  const workspace: Pick<Workspace, "report" | "setText"> = {
    setText: (path, now) => {
      if (now === undefined) texts.delete(path);
      else texts.set(path, now);
    },
    report: async () => {
      const others = [...texts].flatMap(([path, text]) => (path === "a.ts" ? [] : [`${path}: ${text}`]));
      atReport(reported.push([texts.get("a.ts"), ...others].join("; ")));
      return report as unknown as Report;
    },
  };
  const executed = { settle: undefined, place: (made: Report) => made };
  const folder = createFolder("file:///w", "w", workspace as Workspace, executed as never);
  const show = (of: string) => folder.setText("a.ts", { version: 1, getText: () => of });
  return { folder, reported, show };
}

describe("the first report after a start", () => {
  it("is made of what is there, after edits that were rehearsed once", async () => {
    const { folder, reported, show } = folderWith(() => {});
    show("a");
    assert.equal((await folder.current()).text("a.ts"), "a");
    assert.deepEqual(reported, ["a", "a ", "a  ", "a   ", "a"]);
    show("b");
    await folder.current();
    assert.deepEqual(reported.slice(5), ["b"]);
  });

  it("is made after an edit in the middle of the longest history, unless that is open", async () => {
    const history = ["1.sql", "2.sql", "3.sql"];
    const { folder, reported, show } = folderWith(() => {}, history);
    show("a");
    await folder.current();
    assert.deepEqual(reported.slice(3), ["a   ", "a; 2.sql: of 2.sql ", "a; 2.sql: of 2.sql  ", "a"]);
    const open = folderWith(() => {}, ["1.sql", "a.ts"]);
    open.show("a");
    await open.folder.current();
    assert.deepEqual(open.reported.slice(3), ["a   ", "a"]);
  });

  it("is of the text that came while they were rehearsed, of the disk where it went, and of what is left when one fails", async () => {
    for (const change of ["typed", undefined]) {
      const { folder, reported, show } = folderWith((n) => {
        if (n !== 3) return;
        if (change === undefined) folder.setText("a.ts", undefined);
        else show(change);
      });
      show("a");
      assert.equal((await folder.current()).text("a.ts"), change);
      assert.ok(!reported.slice(3).some((text) => text?.endsWith(" ")));
    }
    const { folder, reported, show } = folderWith((n) => {
      if (n === 3) throw new Error("no");
    });
    show("a");
    await assert.rejects(folder.current());
    assert.equal((await folder.current()).text("a.ts"), "a");
    assert.equal(reported.at(-1), "a");
  });
});
