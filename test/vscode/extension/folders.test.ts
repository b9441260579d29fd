import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { findings, folder, open, ruleOf, until } from "./workspace.ts";

const TABLE = "create table public.notes (id bigint primary key, org_id bigint);\n";
const OPEN = "create policy everyone on public.notes for select to anon using (true);\n";
const RLS = "alter table public.notes enable row level security;\n";

/** Where findings of a root are, by path and rule. */
const placesIn = (root: string): string[] =>
  vscode.languages
    .getDiagnostics()
    .filter(([uri]) => uri.fsPath.startsWith(`${root}/`))
    .flatMap(([uri, list]) =>
      list
        .filter(({ source }) => source === "rowguard")
        .map((each) => `${uri.fsPath.slice(root.length + 1)} ${ruleOf(each)}`),
    );

describe("folders", () => {
  let root: string;
  const file = (path: string) => join(root, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(file(path)), { recursive: true });
    writeFileSync(file(path), text);
  };
  const reported = (path: string, rule: string) =>
    until(() => placesIn(root).includes(`${path} ${rule}`), `${rule} in ${path}, not in ${placesIn(root)},`);
  const silent = (path: string) =>
    until(() => !placesIn(root).some((each) => each.startsWith(path)), `The end of findings in ${path}`);

  before(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "rowguard-second-")));
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  it("come into a workspace of several, each with its own findings", async () => {
    write("supabase/config.toml", 'project_id = "second"\n');
    write("supabase/migrations/20240101000000_notes.sql", TABLE);
    write("web/lib/notes.ts", 'export const key = "supabase";\n');
    const first = folder();
    assert.ok(vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(root), name: "second" }));
    await reported("supabase/migrations/20240101000000_notes.sql", "table-without-rls");
    assert.equal(folder(), first);
    assert.ok(findings("hooks/use-activity.ts").length, "The first folder keeps its own.");
  });

  it("follow a branch that is switched under the editor", async () => {
    const migration = "supabase/migrations/20240102000000_open.sql";
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
        cwd: root,
        stdio: "ignore",
      });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-qm", "first");
    git("switch", "-qc", "open");
    write(migration, RLS + OPEN);
    git("add", ".");
    git("commit", "-qm", "second");
    await reported(migration, "policy-always-true");
    await open(file(migration));
    git("switch", "-q", "main");
    await silent(migration);
    await reported("supabase/migrations/20240101000000_notes.sql", "table-without-rls");
    git("switch", "-q", "open");
    await reported(migration, "policy-always-true");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("take their findings along when they are renamed and moved, by the editor and behind its back", async () => {
    const [from, to] = ["supabase/migrations", "database/migrations"];
    mkdirSync(file("database"));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(vscode.Uri.file(file(from)), vscode.Uri.file(file(to)));
    await vscode.workspace.applyEdit(edit);
    await reported(`${to}/20240102000000_open.sql`, "policy-always-true");
    await silent(from);
    renameSync(file("database"), file("db"));
    await reported("db/migrations/20240102000000_open.sql", "policy-always-true");
    await silent("database");
  });

  it("are renamed under an open file", async () => {
    await open(file("db/migrations/20240102000000_open.sql"));
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(vscode.Uri.file(file("db")), vscode.Uri.file(file("sql")));
    await vscode.workspace.applyEdit(edit);
    await reported("sql/migrations/20240102000000_open.sql", "policy-always-true");
    await silent("db");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  it("leave nothing when they are deleted, or taken out of the workspace", async () => {
    const open = (TABLE + RLS + OPEN).replaceAll("notes", "memos");
    // The editor does not hear of what is made in a folder that was renamed: this one is new.
    write("later/migrations/20240103000000_memos.sql", open);
    await reported("later/migrations/20240103000000_memos.sql", "policy-always-true");
    for (const name of ["later", "sql"]) rmSync(file(name), { recursive: true });
    await silent("later");
    await silent("sql");
    write("supabase/migrations/20240104000000_memos.sql", open);
    await reported("supabase/migrations/20240104000000_memos.sql", "policy-always-true");
    const second = vscode.workspace.workspaceFolders!.findIndex(({ uri }) => uri.fsPath === root);
    vscode.workspace.updateWorkspaceFolders(second, 1);
    await until(() => !placesIn(root).length, "The end of the folder's findings");
  });
});
