import { run } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line inside this process, on a terminal that writes down what it is told. */
export async function runIn(
  cwd: string,
  args: readonly string[],
  change: Partial<Terminal> = {},
): Promise<Outcome> {
  let out = "";
  let err = "";
  const terminal: Terminal = {
    cwd,
    width: 100,
    colour: false,
    watched: false,
    print: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    ...change,
  };
  return { code: await run(args, terminal), out, err };
}
