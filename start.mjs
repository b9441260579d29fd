// `npm start [-- folder]`: installs, builds and audits a workspace, the example by default; then shows who sees what of it. Needs nothing but Node.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { install, tsx } from "./src/build/install.mjs";

const root = import.meta.dirname ?? process.cwd();
const EXAMPLE = join(root, "examples", "strive", "before");

function start([folder]) {
  // npm runs scripts at the root; what the user typed is relative to where npm was called.
  const workspace = folder ? resolve(process.env.INIT_CWD ?? ".", folder) : EXAMPLE;
  if (!existsSync(workspace)) return fail(`There is no folder "${folder}".`);
  if (!install(root)) return 1;
  const built = tsx(root, ["src/build/bundle.ts"], { stdio: ["ignore", "ignore", "inherit"] });
  if (built.status !== 0) return fail("The build failed; it says above why.");
  const code = audit(workspace);
  // The example has rows; of another project's seed nothing is known.
  return code === 0 && workspace === EXAMPLE ? preview(workspace) : code;
}

/** What two tenants and the visitor who is not signed in see of one table. */
function preview(workspace) {
  const query = "select id, title, status from tasks";
  const people = ["anon", "owner of acme", "owner of globex"];
  const shown = relative(root, workspace) || ".";
  console.log(`$ rowguard preview "${query}" ${shown} ${people.map((each) => `--as "${each}"`).join(" ")}`);
  const { status } = spawnSync(
    process.execPath,
    [join(root, "dist", "cli.cjs"), "preview", query, shown, ...people.flatMap((each) => ["--as", each])],
    { cwd: root, stdio: "inherit" },
  );
  return status === 0 ? 0 : fail("The preview could not be done.");
}

function audit(workspace) {
  const shown = relative(root, workspace) || ".";
  console.log(`\n$ rowguard check ${shown}`);
  const { status } = spawnSync(process.execPath, [join(root, "dist", "cli.cjs"), "check", shown], {
    cwd: root,
    stdio: "inherit",
  });
  // Findings are what an audit is for; only a run that could not be done is a failure.
  if (status !== 0 && status !== 1) return fail("The audit could not be done.");
  console.log(`
Look at it in your editor:   code ${shown}
Mend what needs no decision: node dist/cli.cjs fix ${shown} --dry-run
Audit your own project:      npm start -- /path/to/project
`);
  return 0;
}

function fail(sentence) {
  console.error(sentence);
  return 1;
}

process.exitCode = start(process.argv.slice(2));
