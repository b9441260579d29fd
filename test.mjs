// `npm test`: everything that must hold. Needs nothing but Node; ends with the line `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { install, tsx } from "./src/build/install.mjs";

const root = import.meta.dirname ?? process.cwd();
const script = (...path) => join(root, "node_modules", ...path);

const STEPS = [
  ["types", () => node([script("typescript", "bin", "tsc"), "--noEmit"])],
  [
    "format and lint",
    () => node([script("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "."]),
  ],
  ["build", () => tsx(root, ["src/build/bundle.ts"], { stdio: "inherit" })],
];

/** Suites, slow ones last, with what mocha runs each by. An editor is one window: its tests take turns. */
const SUITES = [
  ["tests", ["--config", ".mocharc.cjs", "--reporter", "dot", "--parallel", "--jobs", "2"]],
  ["tests in a real editor", ["--config", join("test", "vscode", "mocharc.cjs"), "--reporter", "spec"]],
];

function main() {
  const steps = install(root) ? STEPS.map(runStep) : [{ passed: 0, failed: 1 }];
  const suites = steps.length > 1 ? SUITES.map(runSuite) : [];
  const total = (key) => [...steps, ...suites].reduce((sum, each) => sum + each[key], 0);
  console.log(`${total("passed")} passed, ${total("failed")} failed`);
  return total("failed") ? 1 : 0;
}

function runStep([name, run]) {
  const begun = performance.now();
  const ok = run().status === 0;
  console.log(`${ok ? "ok" : "FAILED"}  ${name} (${seconds(begun)})`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

/** Mocha's own summary is counted; a run that ends without one is a failure. */
function runSuite([name, options]) {
  const begun = performance.now();
  const { status, stdout } = node([script("mocha", "bin", "mocha.js"), ...options], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  process.stdout.write(stdout);
  const amount = (word) => Number(new RegExp(`^\\s*(\\d+) ${word}`, "m").exec(stdout)?.[1] ?? 0);
  const [passed, failed] = [amount("passing"), amount("failing")];
  console.log(`${name} (${seconds(begun)})`);
  const broken = failed === 0 && (status !== 0 || passed === 0);
  return { passed, failed: broken ? 1 : failed };
}

const node = (args, options = { stdio: "inherit" }) =>
  spawnSync(process.execPath, args, { cwd: root, ...options });

const seconds = (begun) => `${((performance.now() - begun) / 1000).toFixed(1)} s`;

process.exitCode = main();
