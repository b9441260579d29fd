import type { Project } from "../project/project.ts";
import { isGroundOf } from "../project/unread-code.ts";
import type { RegisteredRule } from "../rules/rule.ts";
import { type ActiveRule, activeRules } from "./active.ts";
import type { Configuration } from "./configuration.ts";
import { type RunResult, runAhead } from "./run.ts";

export type Results = ReadonlyMap<ActiveRule, RunResult>;

/**
 * What rules find in projects whose code is still being read. A rule that asks for code is left for later: what the
 * others found is what they would find then.
 */
export class Ahead {
  readonly active: readonly ActiveRule[];
  readonly #grounds: readonly { readonly ground: Project; readonly results: Results }[];

  readonly #from: readonly unknown[];

  constructor(
    grounds: readonly Project[],
    registry: readonly RegisteredRule[],
    configuration: Configuration,
  ) {
    const active = activeRules(registry, configuration);
    this.active = active;
    this.#from = [registry, configuration];
    this.#grounds = grounds.map((ground) => ({ ground, results: runAhead(ground, active) }));
  }

  /** Whether all rules are as they were. */
  isFrom(registry: readonly RegisteredRule[], configuration: Configuration): boolean {
    return this.#from[0] === registry && this.#from[1] === configuration;
  }

  /** The results for a project, by rule; none where it became another one with its code. */
  of(project: Project): Results | undefined {
    return this.#grounds.find(({ ground }) => isGroundOf(ground, project))?.results;
  }
}
