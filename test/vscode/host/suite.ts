import { writeFileSync } from "node:fs";
import Mocha from "mocha";

export interface TestResult {
  readonly title: string;
  readonly milliseconds: number;
  readonly error?: string;
}

/**
 * Runs tests in the extension host, where VS Code calls the `run()` of a suite. The results go to a file as well: the
 * second witness, which sees a run without tests.
 */
export async function runSuite(load: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 120_000 });
  if (process.env.ROWGUARD_GREP) mocha.grep(process.env.ROWGUARD_GREP);
  mocha.suite.emit("pre-require", globalThis as never, "", mocha);
  await load();
  const results: TestResult[] = [];
  const note = (test: Mocha.Test, error?: Error) =>
    results.push({
      title: test.fullTitle(),
      milliseconds: test.duration ?? 0,
      ...(error && { error: String(error.stack ?? error) }),
    });
  const failures = await new Promise<number>((resolve) =>
    mocha.run(resolve).on("pass", note).on("fail", note),
  );
  const file = process.env.ROWGUARD_RESULTS;
  if (file) writeFileSync(file, JSON.stringify(results));
  if (failures) throw new Error(`${failures} of ${results.length} tests failed.`);
}
