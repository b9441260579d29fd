import { setFlagsFromString } from "node:v8";
import { keepAsFirstCompiled } from "../thread/web-assembly.ts";

/**
 * How V8 is to treat a process that reads a workspace once and ends. By itself it optimizes what was called a few hundred
 * times, with much of what it calls drawn in, on threads of its own: over half a minute of a server that is repaid, in a
 * few seconds it takes the processors from those that do the work. And it begins with the smallest heap for what is new,
 * which it looks through every few milliseconds, and copies what lives. A V8 that has no such flag ignores it.
 */
const ONE_RUN = [
  "--interrupt-budget=400000",
  "--max-inlined-bytecode-size-cumulative=200",
  "--min-semi-space-size=16",
  "--semi-space-growth-factor=16",
];

export function tuneForOneRun(): void {
  keepAsFirstCompiled();
  for (const flag of ONE_RUN) setFlagsFromString(flag);
}
