import { isDeepStrictEqual } from "node:util";
import { type Lists, shiftLists } from "./moved.ts";
import type { PrismaSource } from "./schema.ts";

/** What is read, in the order in which it is met. */
export type Blocks = { readonly [Name in keyof Lists]: Lists[Name][number][] };

const NAMES = ["datasources", "generators", "models", "starts", "enums", "errors", "directives"] as const;

/**
 * A place between blocks: what is read from there on depends on nothing before it. `counts` says how much of each list
 * was read by then.
 */
export interface Step {
  readonly at: number;
  readonly counts: readonly number[];
}

export const stepAt = (at: number, blocks: Blocks): Step => ({
  at,
  counts: NAMES.map((name) => blocks[name].length),
});

/** How a source was read: its text, its errors in the order in which they were met, and the places between its blocks. */
interface Reading {
  readonly text: string;
  readonly errors: Lists["errors"];
  readonly steps: readonly Step[];
}

const readings = new WeakMap<PrismaSource, Reading>();

export const rememberReading = (source: PrismaSource, reading: Reading): void => {
  readings.set(source, reading);
};

/** Whether the source was read from this very text, and it is known how. */
export const isReadFrom = (source: PrismaSource, text: string): boolean =>
  readings.get(source)?.text === text;

/**
 * What was read, with everything that the source from before says too replaced by its objects; that source itself where
 * it says all of it. For one of which nothing else is known: it was not read here but decoded.
 */
export function keepSame(before: PrismaSource, read: PrismaSource): PrismaSource {
  const known = new Map(before.models.map((model) => [JSON.stringify(model), model]));
  const models = read.models.map((model) => known.get(JSON.stringify(model)) ?? model);
  const kept = { ...read, models };
  return isDeepStrictEqual(before, kept) ? before : kept;
}

/** The blocks of an earlier text that stand before and behind what differs. */
export interface Reusable {
  /** Up to here nothing is to be read. */
  readonly from: number;
  /** Puts down what was read before `from`, and gives its steps. */
  take(blocks: Blocks): readonly Step[];
  /** True where the same was read from the same place on: all that follows is put down. */
  meets(at: number, blocks: Blocks, steps: Step[]): boolean;
}

/** Undefined where nothing can be used again. */
export function findReusable(before: PrismaSource, text: string): Reusable | undefined {
  const reading = readings.get(before);
  if (!reading) return undefined;
  const { steps } = reading;
  const lists: Lists = { ...before, errors: reading.errors };
  const { start, end } = findDifference(reading.text, text);
  const by = text.length - reading.text.length;
  // Where a block ends may depend on how the next one begins: the last one before the difference is read again.
  const last = steps.findLastIndex(({ at }) => at <= start) - 1;
  const from = steps[last];
  return {
    from: from?.at ?? 0,
    take(blocks) {
      if (!from) return [];
      addAll(
        blocks,
        sliceLists(lists, (i) => [0, from.counts[i]!]),
      );
      return steps.slice(0, last);
    },
    meets(at, blocks, known) {
      if (at - by < end) return false;
      const index = findStep(steps, at - by);
      const step = steps[index];
      if (step?.at !== at - by) return false;
      const here = stepAt(at, blocks).counts;
      addAll(
        blocks,
        shiftLists(
          sliceLists(lists, (i) => [step.counts[i]!]),
          by,
        ),
      );
      const moved = steps.slice(index).map((each) => ({
        at: each.at + by,
        counts: each.counts.map((count, i) => count - step.counts[i]! + here[i]!),
      }));
      for (const each of moved) known.push(each);
      return true;
    },
  };
}

/** The part of the earlier text that the later one does not share: what is before it and behind it is the same in both. */
function findDifference(before: string, after: string): { readonly start: number; readonly end: number } {
  const shorter = Math.min(before.length, after.length);
  const start = longest(shorter, (from, to) => before.slice(from, to) === after.slice(from, to));
  const same = longest(
    shorter - start,
    (from, to) =>
      before.slice(before.length - to, before.length - from) ===
      after.slice(after.length - to, after.length - from),
  );
  return { start, end: before.length - same };
}

/** How far two texts are the same: whole stretches at once, and ever smaller ones where they differ. */
function longest(most: number, isSame: (from: number, to: number) => boolean): number {
  let length = 0;
  for (let stretch = 65_536; stretch >= 1; stretch >>= 2)
    while (length + stretch <= most && isSame(length, length + stretch)) length += stretch;
  return length;
}

/** Index of the step at a place, or of the first behind it. */
function findStep(steps: readonly Step[], at: number): number {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sliceLists(lists: Lists, bounds: (index: number) => readonly [number, number?]): Lists {
  const slices = NAMES.map((name, i) => [name, lists[name].slice(...bounds(i))] as const);
  return Object.fromEntries(slices) as unknown as Lists;
}

function addAll(blocks: Blocks, lists: Lists): void {
  for (const name of NAMES) for (const each of lists[name]) (blocks[name] as unknown[]).push(each);
}
