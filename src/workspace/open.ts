import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readerVersion } from "../cache/reader-version.ts";
import { Ahead } from "../lint/ahead.ts";
import type { Configuration } from "../lint/configuration.ts";
import { createLintMemory, lint } from "../lint/lint.ts";
import type { Report, SourceNote } from "../lint/report.ts";
import type { Generated, GenerateRequest } from "../policies/generate.ts";
import type { Project } from "../project/project.ts";
import { isCode } from "../source/code/script.ts";
import type { Finding } from "../text/finding.ts";
import { gitStateOf, hashOfSetting, type Inputs } from "./cache/kept-report.ts";
import { openPack } from "./cache/pack.ts";
import { Saving } from "./cache/saving.ts";
import { CONFIGURATION, Configured } from "./configured.ts";
import { withoutExcluded } from "./discover/configured.ts";
import { type FileKind, kindOfFile } from "./discover/file-kind.ts";
import { type FoundFile, settledStamp } from "./discover/walk.ts";
import type { DraftRequest } from "./draft/draft-for.ts";
import { FactStore } from "./facts/fact-store.ts";
import { applyFix, hashText } from "./fix/apply.ts";
import type { Corrections } from "./fix/configure.ts";
import type { Question } from "./fix/questions.ts";
import { type FixContext, resolveFindings } from "./fix/resolve.ts";
import { findChanges } from "./git/changes.ts";
import { type GitState, NO_GIT, readGitState } from "./git/git.ts";
import { ProjectSet } from "./project-set.ts";
import { listSources, listUnread } from "./source-list.ts";
import { Sources } from "./sources.ts";
import { type Surveyed, Surveyor } from "./surveyor.ts";
import {
  type Fix,
  type FixOptions,
  NOTHING,
  type ReportOptions,
  type Workspace,
  type WorkspaceOptions,
  WorkspaceProblem,
} from "./workspace.ts";

/** How long a first answer waits for git, in ms. Without it nothing is known to be applied or not. */
const GIT_PATIENCE = 1500;

/** Opens a folder. Nothing is read before it is asked for. Never rejects: a missing folder has no sources. */
export async function openWorkspace(folder: string, options: WorkspaceOptions = {}): Promise<Workspace> {
  return new OpenWorkspace(resolve(folder), options);
}

/** What is known of a workspace at one moment. */
interface State {
  readonly projects: readonly Project[];
  readonly surveyed: Surveyed;
}

/** The one kind of workspace there is; others know it as `Workspace`. */
export class OpenWorkspace implements Workspace {
  readonly root: string;
  readonly #options: WorkspaceOptions;
  readonly #store: FactStore;
  readonly #sources: Sources;
  readonly #surveyor: Surveyor;
  readonly #projects: ProjectSet;
  readonly #configured: Configured;
  readonly #lintMemory = createLintMemory();
  /** Undefined where nothing is kept for the next run. */
  readonly #saving: Saving | undefined;
  #git: Promise<GitState>;
  #gitNow: GitState | undefined;
  #gitUsed: GitState | undefined;
  #state: Promise<State> | undefined;
  #updating: Promise<unknown> = Promise.resolve();
  /** Whether all rules are to look at the workspace as it is. */
  #reports = false;
  #ahead: Ahead | undefined;

  constructor(root: string, options: WorkspaceOptions) {
    this.root = root;
    this.#options = options;
    this.#git = this.#askGit();
    const { cacheFolder: folder, withoutCode: others = false } = options;
    const kept = folder === undefined ? undefined : { folder, version: readerVersion(), others };
    this.#store = new FactStore(
      root,
      kept && openPack(kept.folder, kept.version),
      options.onTrouble,
      options.once,
    );
    this.#saving = kept && new Saving(this.#store.known, kept);
    const foresee = (file: FoundFile) => this.#store.foresee(file);
    this.#sources = new Sources(root, this.#store, options.withoutCode ? undefined : foresee);
    this.#surveyor = new Surveyor(this.#store, options.withoutCode);
    this.#projects = new ProjectSet(this.#store);
    this.#configured = new Configured(root, this.#store, options);
  }

  async projects(): Promise<readonly Project[]> {
    return (await this.#current()).projects;
  }

  async configuration(): Promise<Configuration> {
    return (await this.#configured.read()).configuration;
  }

  async sources(): Promise<readonly SourceNote[]> {
    const { projects, surveyed } = await this.#current();
    return this.#list(projects, surveyed, await this.configuration());
  }

  async report({ since, onlyRules, settle, signal }: ReportOptions = {}): Promise<Report> {
    const changes = since === undefined ? undefined : await findChanges(this.root, since);
    if (changes && "problem" in changes) throw new WorkspaceProblem(changes.problem);
    this.#reports ||= !onlyRules && !settle;
    const { projects: read, surveyed } = await this.#current();
    const projects = settle ? await settleEach(read, settle) : read;
    signal?.throwIfAborted();
    const { configuration, registry, baseline } = await this.#configured.read();
    let listed: readonly SourceNote[] | undefined;
    const list = () => (listed ??= this.#list(projects, surveyed, configuration));
    return lint({
      root: this.root,
      projects,
      configuration,
      registry,
      get sources() {
        return list();
      },
      unread: this.#listUnread(surveyed, configuration),
      ...(!this.#options.once && { memory: this.#lintMemory }),
      text: (path) =>
        this.#store.text(path) ?? this.#configured.text(path) ?? (settle && textIn(projects, path)),
      ...(onlyRules ? { only: onlyRules } : this.#ahead && { ahead: this.#ahead }),
      ...(baseline && { baseline }),
      ...(changes && { changed: changes }),
    });
  }

  setText(path: string, text: string | undefined): void {
    this.#sources.setText(path, text);
    this.#saving?.edited();
    this.#state = undefined;
  }

  filesChanged(paths: readonly string[]): void {
    this.#sources.filesChanged(paths);
    if (paths.some(concernsGit)) this.#git = this.#askGit();
    this.#state = undefined;
  }

  async resolveFix(finding: Finding): Promise<Fix | undefined> {
    const wish = finding.remedy?.kind === "intent" ? finding.remedy.intent : undefined;
    const { isDraftRequest } = await import("./draft/draft-for.ts");
    if (wish && isDraftRequest(wish)) return (await this.draft(wish, new Date())).fix;
    return this.resolveFixes([finding], new Date(), { generate: true });
  }

  async resolveFixes(
    findings: readonly Finding[],
    clock: Date,
    options: FixOptions = {},
  ): Promise<Fix | undefined> {
    await this.#git;
    const context = await this.#fixContext();
    const { withTenancy } = await import("../project/corrected.ts");
    const projects = context.projects.map((project) => withTenancy(project, options.corrections ?? {}));
    return resolveFindings(findings, clock, { ...context, projects }, options);
  }

  async questions(findings: readonly Finding[]): Promise<readonly Question[]> {
    const { questionsOf } = await import("./fix/questions.ts");
    const { ownersOf } = await import("./fix/resolve.ts");
    const projects = await this.projects();
    const owners = ownersOf(projects);
    return questionsOf(findings, ({ at }) => owners.get(at.path) ?? projects[0]);
  }

  async correctTenancy(corrections: Corrections): Promise<Fix> {
    const { configureTenancy } = await import("./fix/configure.ts");
    await this.#configured.read();
    const text = this.#configured.text(CONFIGURATION);
    const { edits, files } = configureTenancy(text, corrections);
    const madeFrom = text === undefined ? {} : { [CONFIGURATION]: hashText(text) };
    return { title: "Correct the tenancy", edits, files, madeFrom, protects: NOTHING, left: [] };
  }

  async generate(
    wanted: readonly { readonly project: Project; readonly request: GenerateRequest }[],
    clock: Date,
    corrections: Corrections = {},
  ): Promise<{ readonly fix: Fix | undefined; readonly undecided: Generated["undecided"] }> {
    await this.#git;
    const { generatePolicies } = await import("../policies/generate.ts");
    const { withTenancy } = await import("../project/corrected.ts");
    const made = wanted.map(({ project: as, request }) => {
      const project = withTenancy(as, corrections);
      return { project, request, ...generatePolicies(project, request) };
    });
    const { writeGroups } = await import("./fix/resolve.ts");
    const fix = writeGroups(made, clock, await this.#fixContext(), corrections);
    return { fix, undecided: made.flatMap(({ undecided }) => undecided) };
  }

  async draft(
    request: DraftRequest,
    clock: Date,
  ): Promise<{ readonly fix: Fix; readonly todo: readonly string[] }> {
    await this.#git;
    const { draftFor } = await import("./draft/draft-for.ts");
    const { writeDraft } = await import("./fix/resolve.ts");
    const { project, draft } = await draftFor(await this.projects(), request);
    const fix = writeDraft(project, draft, clock, await this.#fixContext());
    return { fix, todo: draft.todo ?? [] };
  }

  async #fixContext(): Promise<FixContext> {
    const projects = await this.projects();
    const { loadGrammar } = await import("../source/sql/grammar.ts");
    const { readSql } = await import("../source/sql/read.ts");
    await loadGrammar();
    return {
      projects,
      text: (path: string) => this.#textOf(path),
      hash: (path: string) => this.#hashOf(path),
      readSql,
    };
  }

  #textOf(path: string): string | undefined {
    return this.#store.text(path) ?? this.#configured.text(path);
  }

  #hashOf(path: string): string | undefined {
    const configured = this.#configured.text(path);
    return this.#store.known.hash(path) ?? (configured === undefined ? undefined : hashText(configured));
  }

  async ignoreFix(finding: Finding, reason: string): Promise<Fix> {
    await this.#git;
    const projects = await this.projects();
    const { acceptFinding } = await import("./fix/ignore.ts");
    if (isCode(finding.at.path)) await (await import("../source/code/typescript.ts")).loadTypeScript();
    const owner = projects.find(({ history }) =>
      history.some(({ source }) => source.path === finding.at.path),
    );
    const { edits, files } = acceptFinding(finding, reason, owner, (path) => this.#textOf(path));
    const madeFrom = edits.map(({ path }) => [path, this.#hashOf(path) ?? ""]);
    return {
      title: `Ignore ${finding.rule} here`,
      edits,
      files,
      madeFrom: Object.fromEntries(madeFrom),
      protects: NOTHING,
      left: [],
    };
  }

  async applyFix(fix: Fix): Promise<void> {
    this.filesChanged(applyFix(this.root, fix));
  }

  /** What the last report depended on. */
  async inputs(): Promise<Inputs> {
    const [{ configuration }, git] = await Promise.all([this.#configured.read(), this.#gitSoon()]);
    const settings = [
      CONFIGURATION,
      ...(configuration.baseline === undefined ? [] : [configuration.baseline]),
    ];
    const files = this.#sources.found();
    return {
      files: files.map((file) => [file.path, settledStamp(file), this.#store.known.hash(file.path) ?? null]),
      notes: this.#sources.notes,
      settings: Object.fromEntries(settings.map((path) => [path, hashOfSetting(this.root, path)])),
      git: Object.fromEntries(
        files.filter(({ kind }) => STATE_MATTERS.has(kind)).map(({ path }) => [path, gitStateOf(git, path)]),
      ),
    };
  }

  async close(): Promise<void> {
    await this.#updating;
    await this.#store.stop();
    await this.#saving?.close();
  }

  #list(
    projects: readonly Project[],
    surveyed: Surveyed,
    configuration: Configuration,
  ): readonly SourceNote[] {
    const left = withoutExcluded(this.#sources.notes, configuration);
    return listSources(projects, surveyed, left, this.#store);
  }

  #listUnread(surveyed: Surveyed, configuration: Configuration): readonly SourceNote[] {
    const failed = this.#sources.notes.filter((note) => note.failed);
    return listUnread(surveyed, withoutExcluded(failed, configuration), this.#store);
  }

  /** The state after everything said so far. Calls that overlap share one update; later ones follow it. */
  #current(): Promise<State> {
    if (!this.#state) {
      const before = this.#updating;
      this.#state = before.then(() => this.#update());
      this.#updating = this.#state.catch(() => {});
    }
    return this.#state;
  }

  async #update(): Promise<State> {
    const files = await this.#sources.list();
    const { configuration } = await this.#configured.read();
    const { onProgress } = this.#options;
    const surveyed = await this.#surveyor.survey(files, configuration, onProgress);
    this.#ahead = undefined;
    if (this.#options.once && this.#store.isReadingAside) await this.#goAhead(surveyed);
    await this.#surveyor.readCode(surveyed, onProgress);
    this.#gitUsed = await this.#gitSoon();
    const projects = await this.#projects.build(surveyed, configuration, this.#gitUsed);
    this.#saving?.soon();
    return { projects, surveyed };
  }

  /** Does what needs no code, while that is still being read. */
  async #goAhead(surveyed: Surveyed): Promise<void> {
    const { configuration, registry } = await this.#configured.read();
    const grounds = await this.#projects.prepare(surveyed, configuration, await this.#gitSoon());
    if (this.#reports) this.#ahead = new Ahead(grounds, registry, configuration);
    if (this.#saving) this.#store.known.writeFacts();
  }

  /** What git says, if it says it soon; an answer that comes later counts from the next time on. */
  async #gitSoon(): Promise<GitState> {
    return this.#gitNow ?? Promise.race([this.#git, delay(GIT_PATIENCE, NO_GIT, { ref: false })]);
  }

  #askGit(): Promise<GitState> {
    const asked = readGitState(this.root).then((state) => {
      if (this.#git !== asked) return state;
      this.#gitNow = state;
      if (this.#gitUsed && this.#gitUsed !== state) {
        this.#state = undefined;
        this.#options.onNews?.();
      }
      return state;
    });
    return asked;
  }
}

/** Files that git is asked about. */
const STATE_MATTERS: ReadonlySet<FileKind> = new Set(["sql", "environment"]);

/** A path that is no file of interest may be git's own, or a folder. */
const concernsGit = (path: string): boolean => {
  const kind = kindOfFile(path);
  return kind === undefined || STATE_MATTERS.has(kind);
};

/** One after the other: each may take an engine of its own. */
async function settleEach(
  projects: readonly Project[],
  settle: NonNullable<ReportOptions["settle"]>,
): Promise<Project[]> {
  const settled: Project[] = [];
  for (const project of projects) settled.push(await settle(project));
  return settled;
}

function textIn(projects: readonly Project[], path: string): string | undefined {
  for (const project of projects) {
    const text = project.text(path);
    if (text !== undefined) return text;
  }
  return undefined;
}
