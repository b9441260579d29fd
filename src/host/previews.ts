import { QueryError } from "../database/client.ts";
import { chooseIdentities } from "../database/identity/choose.ts";
import { findIdentities } from "../database/identity/find.ts";
import { measureCost } from "../database/preview/cost.ts";
import { queryFor } from "../database/preview/table-query.ts";
import { type Preview, type PreviewResult, preview } from "../database/preview.ts";
import type { Identity } from "../database/session/identity.ts";
import type {
  CostParams,
  DatabaseId,
  MeasuredCost,
  Previewed,
  PreviewId,
  PreviewOutcome,
  PreviewParams,
  RowsPage,
  RowsParams,
} from "../protocol/database.ts";
import { loadGrammar } from "../source/sql/grammar.ts";
import type { OpenDatabase } from "./open-database.ts";

/** Previews whose rows are kept at once. */
const MOST = 16;

const PAGE = 200;
const ROWS = 1_000;

interface Kept {
  readonly database: DatabaseId;
  readonly results: readonly PreviewResult[];
}

/** The rows of the last previews, given out in pages. */
export class Previews {
  readonly #kept = new Map<PreviewId, Kept>();
  #last: PreviewId = 0;

  /** Runs one statement as several identities. Rejects with QueryError where there is nothing to run or to run it as. */
  async make(database: OpenDatabase, params: PreviewParams, signal: AbortSignal): Promise<Previewed> {
    const { client } = database;
    await loadGrammar();
    const identities = await identitiesFor(database, params.identities);
    const query = queryFor(params.query, database.project);
    const made = await preview(client, query, identities, {
      write: client.kind === "embedded" || params.write === true,
      rowLimit: params.rowLimit ?? ROWS,
      project: database.project,
      signal,
      ...(params.timeLimit !== undefined && { timeLimit: params.timeLimit }),
      ...(database.bound && { bound: true }),
    });
    if ("problem" in made) throw new QueryError(made.problem);
    return this.#keep(params, query, made);
  }

  rows({ preview, result, from, count }: RowsParams): RowsPage {
    const kept = this.#kept.get(preview)?.results;
    if (!kept) throw new QueryError("The rows of that preview are no longer kept: run it again.");
    const { rows = [], origins = [] } = kept[result] ?? {};
    return { rows: rows.slice(from, from + count), origins: origins.slice(from, from + count) };
  }

  /** Rejects with QueryError where the cost cannot be measured. */
  async cost(database: OpenDatabase, params: CostParams, signal: AbortSignal): Promise<MeasuredCost> {
    await loadGrammar();
    const [identity] = await identitiesFor(database, [params.identity]);
    const query = queryFor(params.query, database.project);
    const cost = await measureCost(database.client, query, identity!, {
      signal,
      ...(params.timeLimit !== undefined && { timeLimit: params.timeLimit }),
    });
    if ("problem" in cost) throw new QueryError(cost.problem);
    return cost;
  }

  forget(preview: PreviewId): null {
    this.#kept.delete(preview);
    return null;
  }

  forgetDatabase(database: DatabaseId): void {
    for (const [id, kept] of this.#kept) if (kept.database === database) this.#kept.delete(id);
  }

  #keep({ database, page = PAGE }: PreviewParams, query: string, { kind, results }: Preview): Previewed {
    const id = ++this.#last;
    this.#kept.set(id, { database, results });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    return { preview: id, query, kind, results: results.map((result) => outcomeOf(result, page)) };
  }
}

const outcomeOf = (result: PreviewResult, page: number): PreviewOutcome => ({
  ...result,
  rows: result.rows.slice(0, page),
  origins: result.origins.slice(0, page),
  kept: result.rows.length,
});

/** Names are looked up among those whom the data knows, which is read only where there is a name. */
async function identitiesFor(
  { client, project }: OpenDatabase,
  wanted: PreviewParams["identities"],
): Promise<readonly Identity[]> {
  const names = wanted.filter((each) => typeof each === "string");
  const chosen = names.length ? chooseIdentities(names, await findIdentities(client, project)) : [];
  if ("problem" in chosen) throw new QueryError(chosen.problem);
  const byName = chosen.values();
  return wanted.map((each) => (typeof each === "string" ? byName.next().value! : each));
}
