import type { Profiler } from "node:inspector";

/** A moment at which the event loop was free: microseconds of the clock that the profiler goes by, and what the thread had spent. */
export interface Turn {
  readonly at: number;
  readonly spent: number;
}

/**
 * Milliseconds of processor time of the longest turn of the event loop, counted as far as code of the files was on the
 * stack. Time in which the machine did something else is nobody's block.
 */
export function longestBlock(
  profile: Profiler.Profile,
  turns: readonly Turn[],
  isOurs: (url: string) => boolean,
): number {
  const ours = findOurs(profile.nodes, isOurs);
  const { samples = [], timeDeltas = [] } = profile;
  let at = profile.startTime;
  let next = 0;
  let longest = 0;
  for (let i = 1; i < turns.length; i++) {
    let [all, our] = [0, 0];
    for (; next < samples.length && at <= turns[i]!.at; next++) {
      at += timeDeltas[next] ?? 0;
      all++;
      if (ours.has(samples[next]!)) our++;
    }
    const spent = turns[i]!.spent - turns[i - 1]!.spent;
    if (our) longest = Math.max(longest, (spent * our) / all);
  }
  return longest;
}

/** Processor time of the turns that a stretch of the clock touches. */
export function spentBetween(turns: readonly Turn[], from: number, to: number): number {
  const first = turns.findLastIndex(({ at }) => at <= from);
  const last = turns.findIndex(({ at }) => at >= to);
  return turns[last]!.spent - turns[Math.max(0, first)]!.spent;
}

/** Nodes of the call tree at or below a function of ours. */
function findOurs(nodes: readonly Profiler.ProfileNode[], isOurs: (url: string) => boolean): Set<number> {
  const ours = new Set(nodes.filter(({ callFrame }) => isOurs(callFrame.url)).map(({ id }) => id));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // A Set that grows while it is walked: children follow their parents.
  for (const id of ours) for (const child of byId.get(id)?.children ?? []) ours.add(child);
  return ours;
}
