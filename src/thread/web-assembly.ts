import { setFlagsFromString } from "node:v8";

/**
 * WebAssembly that is compiled from now on stays as it is first compiled: to optimize PostgreSQL's grammar takes half a
 * second of a processor, and the engine a second or two; the one is then no quicker at twenty megabytes of SQL, the other
 * at queries over millions of rows alone. A V8 that has no such flag ignores it.
 */
export function keepAsFirstCompiled(): void {
  for (const flag of ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"]) setFlagsFromString(flag);
}
