import type { Catalog } from "../catalog/catalog.ts";
import { reconcile } from "../catalog/reconcile.ts";
import { type CreateReplayOptions, createReplay, type Replay } from "../catalog/replay.ts";
import type { SqlSource } from "../source/sql/statement.ts";
import type { Platform } from "./platform/platform.ts";

/** One source of a history. */
export interface ReplayStep {
  readonly source: SqlSource;
  readonly outside: boolean;
  /** It goes on in the session of the step before it. */
  readonly continues: boolean;
  /** The text that the source was read from. */
  text(): string;
}

/**
 * A checkpoint is kept every so many files at first, behind an edit twice as far apart each time: a checkpoint costs a few
 * copied maps, and the next edit is likely near.
 */
const EVERY = 64;
/** The maps grow with the history, so a long one has no more of them, but further apart. */
const MOST_CHECKPOINTS = 32;

interface Checkpoint {
  readonly applied: number;
  readonly replay: Replay;
}

/**
 * The catalog of a history that changes now and then. What stands before the first changed file is not replayed again:
 * there are checkpoints along the way, and one where the last change was, for most edits follow one another in a file.
 */
export class HistoryReplay {
  #platform: Platform | undefined;
  #options = "";
  #steps: readonly ReplayStep[] = [];
  #checkpoints: Checkpoint[] = [];
  #catalog: Catalog | undefined;

  /** `uncommitted` is the number of steps before the first that git says is new or changed: the likely next edit. */
  catalog(
    platform: Platform,
    options: CreateReplayOptions,
    steps: readonly ReplayStep[],
    uncommitted: number = steps.length,
  ): Catalog {
    const same = this.#startWith(platform, options) ? commonLength(steps, this.#steps) : 0;
    if (this.#catalog && same === steps.length && same === this.#steps.length) return this.#catalog;
    const every = Math.max(EVERY, Math.ceil(steps.length / MOST_CHECKPOINTS));
    this.#checkpoints = thinOut(this.#checkpoints, same, uncommitted, every);
    const marks = this.#catalog ? behind(same, every, steps.length) : alongTheWay(every, steps.length);
    const fresh = this.#replay(steps, this.#checkpoints.at(-1)!, new Set([...marks, same, uncommitted]));
    const catalog = this.#catalog ? reconcile(this.#catalog, fresh) : fresh;
    this.#steps = steps;
    this.#catalog = catalog;
    return catalog;
  }

  #replay(steps: readonly ReplayStep[], from: Checkpoint, marks: ReadonlySet<number>): Catalog {
    const replay = from.replay.fork();
    for (let i = from.applied; i < steps.length; i++) {
      if (i > from.applied && marks.has(i)) this.#checkpoints.push({ applied: i, replay: replay.fork() });
      const { source, outside, continues, text } = steps[i]!;
      replay.apply(source, needsText(source) ? text() : "", { outside, continues });
    }
    return replay.snapshot();
  }

  /** Begins anew where the ground is another; true where it is the same. */
  #startWith(platform: Platform, options: CreateReplayOptions): boolean {
    const { implicitTables = [], prismaMigrations } = options;
    const key = JSON.stringify([[...implicitTables].sort(), prismaMigrations]);
    if (platform === this.#platform && key === this.#options && this.#checkpoints.length) return true;
    this.#platform = platform;
    this.#options = key;
    this.#checkpoints = [{ applied: 0, replay: createReplay(platform, options) }];
    this.#catalog = undefined;
    return false;
  }
}

const alongTheWay = (every: number, end: number): number[] =>
  Array.from({ length: Math.floor(end / every) }, (_, i) => (i + 1) * every);

/** Ever further behind an edit. */
function behind(edit: number, every: number, end: number): number[] {
  const marks: number[] = [];
  for (let away = every; edit + away < end; away *= 2) marks.push(edit + away);
  return marks;
}

/** The checkpoints before an edit, ever further from it: edits that wander through a history leave few behind. */
function thinOut(all: readonly Checkpoint[], edit: number, uncommitted: number, every: number): Checkpoint[] {
  const kept: Checkpoint[] = [];
  let away = 0;
  for (const each of all.toReversed()) {
    const distance = edit - each.applied;
    if (distance < 0 || (distance < away && each.applied > 0 && each.applied !== uncommitted)) continue;
    kept.push(each);
    away = Math.max(every, distance * 2);
  }
  return kept.reverse();
}

function commonLength(a: readonly ReplayStep[], b: readonly ReplayStep[]): number {
  let same = 0;
  while (same < a.length && isSame(a[same]!, b[same])) same++;
  return same;
}

const isSame = (a: ReplayStep, b: ReplayStep | undefined): boolean =>
  a.source === b?.source && a.outside === b.outside && a.continues === b.continues;

/** Only policies keep text of their own; most migrations have none, and their files need not be read again. */
const needsText = ({ statements }: SqlSource): boolean =>
  statements.some(({ kind }) => MAY_HOLD_POLICIES.has(kind));

const MAY_HOLD_POLICIES: ReadonlySet<string> = new Set([
  "create-policy",
  "alter-policy",
  "do",
  "create-schema",
]);
