import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Percent of what is alive in the heap by which it may grow until all of it is looked through. */
const WHILE_READING = 40;
const ONCE_READ = 80;

let limited = false;

/** A large project's facts are a large heap, and by itself V8 lets it grow to several times what is alive in it. */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${WHILE_READING}`);
  limited = true;
}

/** Bytes of a heap that takes so long to be looked through that nobody should wait for it with an edit. */
const LARGE = 100_000_000;

/**
 * An edit leaves little behind, and one that meets a look through the whole heap is slow: there are to be few of those.
 * What reading left behind goes at once, before the first.
 */
export function easeHeapGrowth(): void {
  if (!limited) return;
  setFlagsFromString(`--heap-growing-percent=${ONCE_READ}`);
  limited = false;
  if (getHeapStatistics().used_heap_size > LARGE) collect();
}

/** Nothing is moved on the way: for a moment that would take half as much memory again. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  setFlagsFromString("--no-expose-gc");
  setFlagsFromString("--no-compact");
  gc();
  setFlagsFromString("--compact");
}
