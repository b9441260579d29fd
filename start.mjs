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
  const as = people.flatMap((each) => ["--as", each]);
  const { status } = rowguard(["preview", query, shown, ...as], { stdio: "inherit" });
  return status === 0 ? 0 : fail("The preview could not be done.");
}

function audit(workspace) {
  const shown = relative(root, workspace) || ".";
  console.log(`\n$ rowguard check ${shown}`);
  const { status } = rowguard(["check", shown], { stdio: "inherit" });
  // Findings are what an audit is for; only a run that could not be done is a failure.
  if (status !== 0 && status !== 1) return fail("The audit could not be done.");
  const folder = /[^\w./-]/.test(shown) ? JSON.stringify(shown) : shown;
  const next = [
    mends(shown) && `Mend what needs no decision: node dist/cli.cjs fix ${folder} --dry-run`,
    `Look at it in VS Code:       npm run package, install rowguard.vsix there, and open ${folder}`,
    "Audit another project:       npm start -- /path/to/project",
  ];
  console.log(`\n${next.filter(Boolean).join("\n")}\n`);
  return 0;
}

/** Whether there is anything that `rowguard fix` would change. */
function mends(shown) {
  const { stdout } = rowguard(["fix", shown, "--dry-run", "--format", "json"], {
    encoding: "utf8",
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  try {
    return JSON.parse(stdout).changes.length > 0;
  } catch {
    return false;
  }
}

const rowguard = (args, options) =>
  spawnSync(process.execPath, [join(root, "dist", "cli.cjs"), ...args], { cwd: root, ...options });

function fail(sentence) {
  console.error(sentence);
  return 1;
}

process.exitCode = start(process.argv.slice(2));
