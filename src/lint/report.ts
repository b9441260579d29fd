import type { Project } from "../project/project.ts";
import type { Finding, Severity } from "../text/finding.ts";
import type { Place } from "../text/span.ts";

/** Configuration + findings + suppressions + health, ready to show. Several projects of one workspace are one report. */
export interface Report {
  /** Workspace root, absolute; places are relative to it. */
  readonly root: string;
  readonly projects: readonly Project[];
  /** Sorted by path, place, rule. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly health: Health;
  /** What was read, in which order, and what was not and why; for `--verbose`. */
  readonly sources: readonly SourceNote[];
  /** Those of them that are there, that nobody decided to leave alone, and that could not be read. */
  readonly unread: readonly SourceNote[];
  /** The git revision since which findings must be touched by a change to be among them; the score is of everything. */
  readonly since?: string;
  /** Findings of this severity and above fail a check; what the configuration says, else `warning`. */
  readonly threshold: Severity;
  /** True where nothing could be analysed, a source could not be read or the configuration is invalid: exit code 2. */
  readonly incomplete: boolean;
  /** What the configuration says could not all be used. */
  readonly misconfigured?: true;
  /** Rules that threw, which is a mistake in Rowguard: their other findings are here, and the report says so. */
  readonly failures?: readonly { readonly rule: string; readonly message: string }[];
  /** Text of any source by path, for code frames and positions. */
  text(path: string): string | undefined;
}

export interface SuppressedFinding {
  readonly finding: Finding;
  readonly by: "comment" | "configuration" | "baseline";
  readonly reason?: string;
  readonly place?: Place;
}

export interface Health {
  /** 0 to 100, rounded down; undefined where there is nothing to score. */
  readonly total: number | undefined;
  readonly categories: readonly HealthCategory[];
}

export interface HealthCategory {
  readonly name: string;
  readonly weight: number;
  /** Objects looked at, and the share (0 to 1) of them without findings (error 1, warning 1/2, info 1/10 of an object lost). */
  readonly objects: number;
  readonly share: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly accepted: number;
}

export interface SourceNote {
  readonly path: string;
  readonly what: string;
  readonly read: boolean;
  /** Why it was left alone, or what is noteworthy: "whole-database dump", "ClickHouse SQL", "12th of the history". */
  readonly why?: string;
  /** It is there, nobody decided to leave it alone, and it could not be read. */
  readonly failed?: true;
}
