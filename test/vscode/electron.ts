// `npm run test:electron`: the extension host's suite in a VS Code with a window, where one can be had.
import { findElectron, runInElectron } from "./host/electron.ts";
import { printResults, restrictedSuite, trustedSuite } from "./host/suites.ts";

async function main(): Promise<number> {
  const executable = await findElectron();
  let failures = 0;
  for (const make of [trustedSuite, restrictedSuite]) {
    const { run, results } = await make();
    const code = await runInElectron(executable, run);
    const failed = printResults(results());
    for (const each of failed) console.error(each);
    failures += failed.length || (code !== 0 || results().length === 0 ? 1 : 0);
  }
  return failures ? 1 : 0;
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
