import type { Profiler, Runtime } from "node:inspector";

/** A moment at which the event loop was free: microseconds of the clock that the profiler goes by, and what the thread had spent. */
export interface Turn {
  readonly at: number;
  readonly spent: number;
}

/** The longest turn of the event loop as far as it was ours, and which function of ours it was in for most of it. */
export interface Block {
  /** Milliseconds of processor time. */
  readonly spent: number;
  readonly in: string;
}

/**
 * The longest turn of the event loop, counted as far as code of ours was on the stack. Time in which the machine did
 * something else is nobody's block.
 */
export function longestBlock(
  profile: Profiler.Profile,
  turns: readonly Turn[],
  isOurs: (frame: Runtime.CallFrame) => boolean,
): Block {
  const ours = findOurs(profile.nodes, isOurs);
  const { samples = [], timeDeltas = [] } = profile;
  let at = profile.startTime;
  let next = 0;
  let longest: Block = { spent: 0, in: "" };
  for (let i = 1; i < turns.length; i++) {
    const first = next;
    for (; next < samples.length && at <= turns[i]!.at; next++) at += timeDeltas[next] ?? 0;
    const names = samples.slice(first, next).flatMap((id) => ours.get(id) ?? []);
    const spent = ((turns[i]!.spent - turns[i - 1]!.spent) * names.length) / (next - first);
    if (spent > longest.spent) longest = { spent, in: mostOf(names) };
  }
  return longest;
}

const mostOf = (names: readonly string[]): string => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
};

/** Processor time of the turns that a stretch of the clock touches. */
export function spentBetween(turns: readonly Turn[], from: number, to: number): number {
  const first = turns.findLastIndex(({ at }) => at <= from);
  const last = turns.findIndex(({ at }) => at >= to);
  return turns[last]!.spent - turns[Math.max(0, first)]!.spent;
}

/** Nodes of the call tree at or below a function of ours, each with the innermost such function. */
function findOurs(
  nodes: readonly Profiler.ProfileNode[],
  isOurs: (frame: Runtime.CallFrame) => boolean,
): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ours = new Map<number, string>();
  for (const { id, callFrame } of nodes) if (isOurs(callFrame)) ours.set(id, nameOf(callFrame));
  // A Map that grows while it is walked: children follow their parents.
  for (const [id, name] of ours)
    for (const child of byId.get(id)?.children ?? []) if (!ours.has(child)) ours.set(child, name);
  return ours;
}

const nameOf = ({ functionName, url, lineNumber, columnNumber }: Runtime.CallFrame): string =>
  `${functionName || "a function"} at ${url.split("/").at(-1)}:${lineNumber + 1}:${columnNumber + 1}`;
