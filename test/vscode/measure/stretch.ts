import type { Profiler } from "node:inspector";

/** Milliseconds of the longest time without a pause in which code of the files was on the stack. */
export function longestStretch(profile: Profiler.Profile, isOurs: (url: string) => boolean): number {
  const ours = findOurs(profile.nodes, isOurs);
  const { samples = [], timeDeltas = [] } = profile;
  let longest = 0;
  let current = 0;
  samples.forEach((id, i) => {
    // A sample stands for the time until the next one.
    current = ours.has(id) ? current + (timeDeltas[i + 1] ?? 0) / 1000 : 0;
    longest = Math.max(longest, current);
  });
  return longest;
}

/** Nodes of the call tree at or below a function of ours. */
function findOurs(nodes: readonly Profiler.ProfileNode[], isOurs: (url: string) => boolean): Set<number> {
  const ours = new Set(nodes.filter(({ callFrame }) => isOurs(callFrame.url)).map(({ id }) => id));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // A Set that grows while it is walked: children follow their parents.
  for (const id of ours) for (const child of byId.get(id)?.children ?? []) ours.add(child);
  return ours;
}
