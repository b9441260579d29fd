import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { proveAccess } from "../../src/isolation/prove.ts";
import { everythingOpen } from "../../src/policies/generate.ts";
import type { Project } from "../../src/project/project.ts";
import type { Finding } from "../../src/text/finding.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import type { Fix, Workspace } from "../../src/workspace/workspace.ts";
import { withRealHistory } from "../database/real-history.ts";
import { type Server, startServer } from "../database/server.ts";

// `node --import tsx test/bench/corpus.ts [--bare] [--out folder] folder...`: generates policies for whole projects, runs
// them on PostgreSQL 15 and 18, tries everybody there, and lints the result. `--bare` first takes away what
// row-level security the projects have. Nothing in the folders is changed.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { bare: { type: "boolean" }, out: { type: "string" } },
});

async function judge(folder: string): Promise<void> {
  const workspace = await openWorkspace(resolve(folder));
  try {
    if (values.bare) await strip(workspace);
    const before = new Set((await workspace.report()).findings.map(nameOf));
    const wanted = (await workspace.projects()).map((project) => ({
      project,
      request: everythingOpen(project),
    }));
    const { fix, undecided } = await workspace.generate(wanted, new Date());
    if (!fix) return console.log(`| ${basename(folder)} | nothing is open |`);
    keep(folder, fix);
    for (const { path, text } of fix.files) workspace.setText(path, text);
    const fresh = (await workspace.report()).findings.filter(
      (each) => each.severity !== "info" && !before.has(nameOf(each)),
    );
    for (const project of await workspace.projects()) {
      const tables = wanted.flatMap(({ project: { folder: of }, request }) =>
        of === project.folder ? request.tables : [],
      );
      if (!tables.length) continue;
      const runs: string[] = [];
      for (const [version, server] of servers)
        runs.push(`${version}: ${await run(server, project, tables, fix)}`);
      const scopes = ["tenant", "user", "public", "service", "unknown"].map(
        (kind) => [...project.tenancy.scopes.values()].filter((scope) => scope.kind === kind).length,
      );
      console.log(
        `| ${basename(folder)} ${project.folder} | ${tables.length} | ${scopes.join(", ")} | ${undecided.length} | ${fresh.length ? fresh.map(({ message }) => message).join(" / ") : "clean"} | ${runs.join("; ")} |`,
      );
    }
  } finally {
    await workspace.close();
  }
}

const run = (server: Server, project: Project, tables: readonly string[], fix: Fix): Promise<string> =>
  withRealHistory(server, project, async ({ failures }, database) => {
    const made = new Set(fix.files.map(({ path }) => path));
    const refused = failures.filter(({ place }) => made.has(place.path));
    const { differences, unproven, tried } = await proveAccess(database, project, { tables });
    for (const each of [...refused.map(({ message }) => message), ...differences].slice(0, 10))
      console.error(each);
    for (const { subject, why } of unproven) console.error(`unproven ${subject}: ${why}`);
    return `${failures.length - refused.length}, ${refused.length}, ${tried}, ${differences.length}, ${unproven.length}`;
  });

const OWN = /^(?:(?:create|alter|drop)\s+policy\b|alter\s+table\b[^;]*\brow\s+level\s+security\s*$)/i;

const nameOf = ({ rule, subject }: Finding): string => `${rule}\n${subject}`;

function keep(folder: string, fix: Fix): void {
  if (values.out === undefined) return;
  mkdirSync(values.out, { recursive: true });
  const text = fix.files.map(({ path, text }) => `-- ${path}\n${text}`).join("\n");
  writeFileSync(join(values.out, `${basename(folder)}.sql`), text);
}

/** Takes policies and switches out of the history, at their places. */
async function strip(workspace: Workspace): Promise<void> {
  for (const { history, text } of await workspace.projects())
    for (const { source } of history) {
      const before = text(source.path);
      if (before === undefined) continue;
      let after = before;
      for (const each of source.statements.toReversed()) {
        const { start, end } = each.span;
        const sql = before.slice(start, end);
        if (OWN.test(sql)) after = `${after.slice(0, start)}select 1${after.slice(end)}`;
      }
      if (after !== before) workspace.setText(source.path, after);
    }
}

const servers = new Map<number, Server>();
for (const version of [15, 18]) {
  const server = await startServer(version);
  if (server) servers.set(version, server);
}
console.log(
  "| project | tables | tenant, user, public, service, unknown | left | lint | PostgreSQL: history refused; generated refused; tried; differences; unproven |",
);
console.log("|---|---|---|---|---|---|");
for (const folder of positionals)
  await judge(folder).catch((error: Error) => console.log(`| ${basename(folder)} | ${error.message} |`));
for (const server of servers.values()) await server.stop();
