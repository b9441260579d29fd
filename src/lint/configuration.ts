import type { ConfiguredIdentity, ProjectSettings } from "../project/project.ts";
import type { ConfigurationProblem } from "../rules/rule.ts";
import type { Severity } from "../text/finding.ts";
import type { Place, Span } from "../text/span.ts";

/** `rowguard.config.json`, decoded, with the parts that could not be used left out and named in `problems`. */
export interface Configuration {
  /** Where it was read; undefined where there is none. */
  readonly path: string | undefined;
  readonly platform?: "supabase" | "postgres";
  readonly clientRoles?: readonly string[];
  readonly exposedSchemas?: readonly string[];
  readonly callerSettings?: readonly string[];
  readonly applicationRole?: string;
  readonly policiesGuardPrisma?: boolean;
  readonly requireRowSecurity?: boolean;
  readonly tenancy: {
    readonly tenantTable?: string;
    readonly userTable?: string;
    readonly tenantClaim?: string;
    readonly roleClaim?: string;
    readonly scopes: Readonly<Record<string, "tenant" | "user" | "public" | "service">>;
  };
  readonly access: ProjectSettings["access"];
  /** Databases to connect to, by name; what they are is in the environment. */
  readonly connections?: Readonly<Record<string, Connection>>;
  /** Whom a preview can be made as, besides those found in the data. */
  readonly identities?: Readonly<Record<string, ConfiguredIdentity>>;
  /** Files or folders of the history, in order, in place of what is found. */
  readonly migrations?: readonly string[];
  /** SQL files outside the history, in order, in place of what is found. */
  readonly adhoc?: readonly string[];
  /** Globs, relative to the workspace root. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly rules: Readonly<Record<string, RuleSetting>>;
  readonly overrides: readonly Override[];
  readonly ignore: readonly Ignore[];
  /** Path of the baseline, relative to the workspace root. */
  readonly baseline?: string;
  /** Findings of this severity and above fail a check. */
  readonly threshold: Severity;
  readonly problems: readonly ConfigurationProblem[];
  /** Every table that it names. */
  readonly named: readonly NamedTable[];
}

export interface NamedTable {
  readonly name: string;
  /** The setting that names it: `tenancy.scopes`. */
  readonly key: string;
  readonly place: Place;
}

export interface Connection {
  /** The environment variable that holds the connection string: never the string itself. */
  readonly variable: string;
  /** Previews may INSERT, UPDATE and DELETE there; rolled back. */
  readonly write: boolean;
}

export interface RuleSetting {
  readonly severity: Severity | "off";
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Severities of findings in files that match `paths` (as in .gitignore); later ones win. */
export interface Override {
  readonly paths: readonly string[];
  readonly rules: Readonly<Record<string, Severity | "off">>;
}

export interface Ignore {
  readonly rule: string;
  readonly subject: string;
  readonly reason?: string;
  readonly place: Place;
  /** What to delete with it: the comma that goes with it too. */
  readonly removal: Span;
}

export const DEFAULT_CONFIGURATION: Configuration = {
  named: [],
  path: undefined,
  tenancy: { scopes: {} },
  access: { defaults: {}, tables: {} },
  include: [],
  exclude: [],
  rules: {},
  overrides: [],
  ignore: [],
  threshold: "warning",
  problems: [],
};
