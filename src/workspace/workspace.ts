import type { Configuration } from "../lint/configuration.ts";
import type { Report, SourceNote } from "../lint/report.ts";
import type { Generated, GenerateRequest, Protected } from "../policies/generate.ts";
import type { Project } from "../project/project.ts";
import type { Edit, NewFile } from "../text/edit.ts";
import type { Finding } from "../text/finding.ts";
import type { DraftRequest } from "./draft/draft-for.ts";
import type { Corrections } from "./fix/configure.ts";
import type { Question } from "./fix/questions.ts";

/** What a user must mend before there is an answer, as one sentence: an unknown revision, a file that changed. */
export class WorkspaceProblem extends Error {
  override readonly name = "WorkspaceProblem";
}

/** A folder and the editors over it: the one object that the command, the server and the library share. */
export interface Workspace {
  readonly root: string;
  /** One per database, cheapest work done: parses are kept by text, unchanged objects keep identity. */
  projects(): Promise<readonly Project[]>;
  /** What `rowguard.config.json` says, with defaults. */
  configuration(): Promise<Configuration>;
  /** What was read, in which order, and what was not and why. */
  sources(): Promise<readonly SourceNote[]>;
  /** Rejects with WorkspaceProblem where `since` is no revision, and with the signal's reason where that is aborted. */
  report(options?: ReportOptions): Promise<Report>;
  /** Replaces or adds a text over the disk (an open editor); `undefined` gives the disk back. Cheap. */
  setText(path: string, text: string | undefined): void;
  /** Says that files changed, appeared or vanished on disk. */
  filesChanged(paths: readonly string[]): void;
  /** What a finding's remedy becomes: edits and new files. Undefined where it has none or wants a decision. */
  resolveFix(finding: Finding): Promise<Fix | undefined>;
  /** All fixes of several findings together; SQL goes into one migration. */
  resolveFixes(findings: readonly Finding[], clock: Date, options?: FixOptions): Promise<Fix | undefined>;
  /** What must be known of the tenancy before the policies that findings ask for can be written. */
  questions(findings: readonly Finding[]): Promise<readonly Question[]>;
  /** The tenancy as the user says it is, written into the configuration. */
  correctTenancy(corrections: Corrections): Promise<Fix>;
  /** Policies for what is asked, as one fix; what the tenancy does not decide is `undecided`. Corrections are part of it. */
  generate(
    wanted: readonly { readonly project: Project; readonly request: GenerateRequest }[],
    clock: Date,
    corrections?: Corrections,
  ): Promise<{ readonly fix: Fix | undefined; readonly undecided: Generated["undecided"] }>;
  /** A model or a module that code calls for, drafted; `todo` is what the user has to do besides. Rejects with WorkspaceProblem. */
  draft(request: DraftRequest, clock: Date): Promise<{ readonly fix: Fix; readonly todo: readonly string[] }>;
  /** A comment, or an entry of the configuration, that accepts a finding and says why. */
  ignoreFix(finding: Finding, reason: string): Promise<Fix>;
  /** Writes a fix to disk, whole or not at all. Rejects with WorkspaceProblem where it cannot be written. */
  applyFix(fix: Fix): Promise<void>;
  close(): Promise<void>;
}

export interface FixOptions {
  /** Also writes the policies that findings ask for, where the tenancy decides them. */
  readonly generate?: boolean;
  /** What the user answered; written into the configuration with the fix. */
  readonly corrections?: Corrections;
}

export interface ReportOptions {
  /** Only what changed since this git revision touches. */
  readonly since?: string;
  readonly onlyRules?: readonly string[];
  /** What running a project showed, in place of what reading it could not know. */
  readonly settle?: (project: Project) => Promise<Project>;
  readonly signal?: AbortSignal;
}

export interface WorkspaceOptions {
  /** Folder for cached facts; undefined switches caching off. */
  readonly cacheFolder?: string;
  readonly configPath?: string;
  /** A baseline to use in place of the one that the configuration names; absolute. */
  readonly baselinePath?: string;
  /** What code does with the database is nobody's question: none is read. */
  readonly withoutCode?: boolean;
  /** No text changes before it is closed: nothing is kept for a next report. */
  readonly once?: boolean;
  readonly onProgress?: (done: number, total: number, what: string) => void;
  /** Called with a sentence about what went wrong inside and costs time only. */
  readonly onTrouble?: (sentence: string) => void;
  /** Called when a report would be another one although nobody said that a file changed: git answered late. */
  readonly onNews?: () => void;
}

/** Of a fix without policies. */
export const NOTHING: Protected = { tables: [], buckets: [], channels: [] };

/** Edits and new files, generated, tied to the texts they were made from. */
export interface Fix {
  readonly title: string;
  /** SQL that takes back what the fix writes as SQL, where it was generated. */
  readonly down?: string;
  readonly edits: readonly Edit[];
  readonly files: readonly NewFile[];
  /** Path -> hash of the text that the edits were made for; a file that is another by then is not touched. */
  readonly madeFrom: Readonly<Record<string, string>>;
  /** What policies were written for: what everybody may do with it can be tried. */
  readonly protects: Protected;
  /** It was drafted from how code uses it: what else the linter has to say of it is no objection. */
  readonly drafted?: true;
  /** Findings of the request that this fix does not mend: without a remedy, or one that wants a decision. */
  readonly left: readonly Finding[];
}
