/** Where a command runs and speaks: the process in `main.ts`, a recorder in tests. */
export interface Terminal {
  readonly cwd: string;
  /** Columns to lay text out in. */
  readonly width: number;
  /** Whether the output may be coloured. */
  readonly colour: boolean;
  /** True where a person watches: progress is shown. */
  readonly watched: boolean;
  print(text: string): void;
  /** For what is no result: sentences about failures, notes. */
  complain(text: string): void;
}

/** What a command could not do, as one sentence for the user; the exit code is 2. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

/** Exit codes of every command. */
export const EXIT = { clean: 0, findings: 1, failed: 2 } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Output of a pipe or file is laid out in this many columns. */
const UNKNOWN_WIDTH = 100;

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  return {
    cwd: process.cwd(),
    width: stdout.columns || Number(env.COLUMNS) || UNKNOWN_WIDTH,
    colour: mayColour(stdout.isTTY === true, env),
    watched: stderr.isTTY === true && env.TERM !== "dumb" && !env.CI,
    print: (text) => void stdout.write(text),
    complain: (text) => void stderr.write(text),
  };
}

/** NO_COLOR and FORCE_COLOR have the last word; without them, colour is for terminals. */
export function mayColour(isTerminal: boolean, env: Environment): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isTerminal && env.TERM !== "dumb";
}
