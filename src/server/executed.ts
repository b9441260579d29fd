import { catalogOf, type ExecutedCatalog } from "../database/executed/read.ts";
import { settleProject } from "../database/executed/settle.ts";
import type { DatabaseHost } from "../link/database-host.ts";
import type { Report } from "../lint/report.ts";
import type { Project } from "../project/project.ts";
import { loadGrammar } from "../source/sql/grammar.ts";
import type { Finding } from "../text/finding.ts";
import type { Place } from "../text/span.ts";
import { startHost } from "./database-host.ts";

/** What running the migrations shows, for projects that reading does not settle. */
export interface Executed {
  /** The project with what is known by now; what is not is found out, and told when it is. */
  settle(project: Project): Promise<Project>;
  /** A report whose places are all in files: what stands in the text of a database goes to the statement that made it. */
  place(report: Report): Report;
  close(): void;
}

/** ms without an edit before the migrations run; and those after which an engine that nobody asks is ended. */
const PAUSE = 1_000;
const IDLE = 60_000;

export function createExecuted(root: string, mayRun: () => boolean, onNews: () => void): Executed {
  const ran = new Map<string, { readonly of: Project["catalog"]; readonly catalog?: ExecutedCatalog }>();
  const settled = new WeakMap<Project, { readonly by: ExecutedCatalog; readonly project: Project }>();
  const blamed = new Map<string, Place>();
  const waiting = new Map<string, Project>();
  let host: DatabaseHost | undefined;
  let timer: NodeJS.Timeout | undefined;
  let idle: NodeJS.Timeout | undefined;
  let running = false;
  let closed = false;

  function want(project: Project): void {
    if (closed || !mayRun() || ran.get(project.folder)?.of === project.catalog) return;
    waiting.set(project.folder, project);
    clearTimeout(timer);
    timer = setTimeout(() => void run(), PAUSE);
    timer.unref();
  }

  async function run(): Promise<void> {
    if (running || closed) return;
    running = true;
    clearTimeout(idle);
    for (const [folder, project] of waiting) {
      waiting.delete(folder);
      const catalog = await execute(project).catch(() => undefined);
      // What could not run is not tried again before something changes.
      ran.set(folder, { of: project.catalog, ...(catalog && { catalog }) });
    }
    running = false;
    if (closed) return;
    idle = setTimeout(() => host?.end(), IDLE);
    idle.unref();
    onNews();
  }

  async function execute(project: Project): Promise<ExecutedCatalog> {
    host ??= startHost();
    const { database } = await host.ask("database/open", {
      kind: "embedded",
      folder: root,
      project: project.folder,
      texts: textsOf(project),
    });
    const { texts, parts } = await host.ask("database/catalog", { database });
    await loadGrammar();
    return catalogOf(project.platform, new Map(Object.entries(texts)), parts);
  }

  return {
    async settle(project) {
      const place = placeOfUnknown(project);
      if (!place) return project;
      blamed.set(project.folder, place);
      want(project);
      const by = ran.get(project.folder)?.catalog;
      if (!by) return project;
      const known = settled.get(project);
      if (known?.by === by) return known.project;
      const made = settleProject(project, by);
      settled.set(project, { by, project: made });
      return made;
    },
    place(report) {
      if (!report.findings.some(({ at }) => isVirtual(at))) return report;
      const [place] = [...blamed.values()];
      return { ...report, findings: report.findings.flatMap((finding) => moved(finding, place)) };
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(idle);
      host?.end();
    },
  };
}

/** Where something is done that reading cannot know; undefined where all is known. */
function placeOfUnknown({ catalog, tablesFrom }: Project): Place | undefined {
  if (tablesFrom === "nothing") return undefined;
  const [unresolved] = catalog.unresolved;
  if (unresolved) return unresolved.place;
  for (const table of catalog.tables.values())
    if (!table.platform && (table.uncertain || table.conditional)) return table.made;
  return undefined;
}

const isVirtual = ({ path }: Place): boolean => path.startsWith("database:/");

function moved(finding: Finding, place: Place | undefined): Finding[] {
  if (!isVirtual(finding.at)) return [finding];
  if (!place) return [];
  const { related = [], remedy, ...rest } = finding;
  const placed = related.filter((each) => !isVirtual(each.place));
  // Edits would be of a text that no file has; what is only meant can still be done.
  const kept = remedy && "intent" in remedy ? { remedy } : {};
  return [{ ...rest, at: place, ...(placed.length && { related: placed }), ...kept }];
}

/** The files that make the database, as they are in the editor. */
function textsOf(project: Project): Record<string, string> {
  const paths = [
    ...project.history.map(({ source }) => source.path),
    ...project.prisma.map(({ path }) => path),
  ];
  return Object.fromEntries(
    paths.flatMap((path) => {
      const text = project.text(path);
      return text === undefined ? [] : [[path, text] as const];
    }),
  );
}
