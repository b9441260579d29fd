import { setFlagsFromString } from "node:v8";

/** Percent of what is alive in the heap by which it may grow until all of it is looked through. */
const WHILE_READING = 40;
const ONCE_READ = 80;

let limited = false;

/** A large project's facts are a large heap, and by itself V8 lets it grow to several times what is alive in it. */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${WHILE_READING}`);
  limited = true;
}

/** An edit leaves little behind, and one that meets a look through the whole heap is slow: there are to be few of those. */
export function easeHeapGrowth(): void {
  if (!limited) return;
  setFlagsFromString(`--heap-growing-percent=${ONCE_READ}`);
  limited = false;
}
