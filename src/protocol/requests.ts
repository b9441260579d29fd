/** Requests beyond LSP that the server answers for clients with trees and scores. Types only; names are the methods. */

/**
 * `rowguard/overview` (request): what the trees and the status bar show before anything is opened. It says nothing of
 * places, so that most edits leave it as it is: a client that has it already is not sent it again.
 */
export interface Overview {
  readonly id: string;
  readonly folders: readonly FolderOverview[];
}

/** The overview that the client has; the answer is null where it is still true. */
export interface OverviewWanted {
  readonly known?: string;
}

export interface FolderOverview {
  readonly uri: string;
  readonly name: string;
  /** 0 to 100; absent where there is nothing to score. */
  readonly score?: number;
  readonly categories: readonly {
    readonly name: string;
    readonly weight: number;
    readonly share: number;
    readonly objects: number;
  }[];
  readonly schemas: readonly SchemaOverview[];
  /** Why all of this is not the whole, one sentence each. */
  readonly incomplete: readonly string[];
  readonly errors: number;
  /** How many findings there are, by the line of the score that they count in. */
  readonly findings: readonly { readonly category: string; readonly count: number }[];
}

export interface SchemaOverview {
  /** The folder of the database that it belongs to, within the workspace's; two databases may have schemas of one name. */
  readonly database: string;
  readonly name: string;
  readonly tables: readonly TableOverview[];
}

export interface TableOverview {
  readonly key: string;
  readonly name: string;
  readonly rowSecurity: boolean;
  readonly forced: boolean;
  readonly uncertain: boolean;
  /** Whose rows it holds. */
  readonly scope: ScopeKind;
  readonly policies: number;
  /** The severity of its worst finding. */
  readonly worst?: Severity;
}

/** `rowguard/table` (request): what one table holds; the answer is null where there is no such table any more. */
export interface TableWanted {
  readonly folder: string;
  readonly database: string;
  readonly key: string;
}

export interface TableDetails {
  readonly place?: Target;
  readonly scope: ScopeOverview;
  readonly policies: readonly PolicyOverview[];
  readonly findings: readonly FindingOverview[];
}

/** `rowguard/findings` (request): those of a folder that count in one line of the score. The answer is a list of findings. */
export interface FindingsWanted {
  readonly folder: string;
  readonly category: string;
}

type ScopeKind = "tenant" | "user" | "public" | "service" | "unknown";

type Severity = "error" | "warning" | "info";

/** Whose rows a table holds, and how that is known. */
export interface ScopeOverview {
  readonly kind: ScopeKind;
  /** The kind as a sentence. */
  readonly words: string;
  /** `project_id > public.projects > organization_id`; "" where there is no way. */
  readonly path: string;
  /** Why, and what the table is for the tenancy besides. */
  readonly reasons: readonly string[];
}

export interface PolicyOverview {
  readonly name: string;
  readonly command: string;
  readonly roles: readonly string[];
  readonly permissive: boolean;
  readonly refused?: string;
  readonly place: Target;
}

export interface FindingOverview {
  readonly rule: string;
  /** The line of the score that it counts in; the rule's own category where it counts in none. */
  readonly category: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Target;
  readonly fix?: string;
}

/** A range of a document, as LSP has it. */
export interface Target {
  readonly uri: string;
  readonly range: {
    readonly start: { readonly line: number; readonly character: number };
    readonly end: { readonly line: number; readonly character: number };
  };
}

/** `rowguard/changed` (notification to the client): a new report is ready; ask for the overview again. */
export interface Changed {
  readonly findings: number;
}

/** `rowguard/askReason` (request to the client): why a finding is accepted. The answer is null where the user thought better of it. */
export interface ReasonWanted {
  readonly rule: string;
  /** The finding that is to be accepted, as one sentence. */
  readonly message: string;
}

/** `rowguard/choose` (request to the client): one of several. The answer is its index; null where the user thought better of it. */
export interface Choice {
  readonly title: string;
  readonly prompt: string;
  readonly options: readonly {
    readonly label: string;
    readonly description?: string;
    readonly detail?: string;
  }[];
}

export const OVERVIEW = "rowguard/overview";
export const TABLE = "rowguard/table";
export const FINDINGS = "rowguard/findings";
export const CHANGED = "rowguard/changed";
export const ASK_REASON = "rowguard/askReason";
export const CHOOSE = "rowguard/choose";

/** What a client says in `initializationOptions`; one that says nothing is served by LSP alone. */
export interface ClientOptions {
  /** It has the commands below: lenses and actions may end in them. */
  readonly commands?: boolean;
  /** It wants `rowguard/changed`. */
  readonly hearsChanges?: boolean;
  /** It answers `rowguard/askReason`. */
  readonly asksReason?: boolean;
  /** It answers `rowguard/choose`; others are asked by `window/showMessageRequest`. */
  readonly chooses?: boolean;
  /** It completes `rowguard.config.json` by its schema. */
  readonly completesConfiguration?: boolean;
}

/** Commands of the client that lenses and actions end in, with their arguments. */
export const CLIENT_COMMANDS = {
  /** Puts a command line before the user: `(command: string)`. */
  offerCommand: "rowguard.offerCommand",
  /** Shows a rule's page: `(rule: string)`. */
  showRule: "rowguard.showRule",
  /** Asks whose rows a table holds: `(key: string)`. */
  setScope: "rowguard.setScope",
  /** Shows a table's findings and policies: `(key: string)`. */
  showTable: "rowguard.showTable",
  /** Shows what else belongs to a place: `(at: Target, places: Target[])`. */
  showPlaces: "rowguard.showPlaces",
} as const;

/** Settings of the editor alone, under `rowguard` in the client's configuration. What is checked stands in rowguard.config.json. */
export interface EditorSettings {
  /** Runs the migrations on an embedded PostgreSQL where reading them cannot tell what they do. */
  readonly runMigrations: boolean;
  /** Findings while typing, or on save only. */
  readonly run: "onType" | "onSave";
  /** How loud a severity (error, warning, information) is shown. */
  readonly severities: Readonly<Record<string, "error" | "warning" | "information" | "hint" | "off">>;
}
