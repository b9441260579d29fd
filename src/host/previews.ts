import { QueryError } from "../database/client.ts";
import { chooseIdentities, findIdentities } from "../database/identities.ts";
import { type PreviewResult, preview, queryFor } from "../database/preview.ts";
import type { Identity } from "../database/session/identity.ts";
import type {
  DatabaseId,
  Previewed,
  PreviewId,
  PreviewOutcome,
  PreviewParams,
  Row,
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
  readonly rows: readonly (readonly Row[])[];
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
    const stop = () => void client.cancel();
    signal.throwIfAborted();
    signal.addEventListener("abort", stop, { once: true });
    try {
      const results = await preview(client, query, identities, {
        write: client.kind === "embedded" || params.write === true,
        rowLimit: params.rowLimit ?? ROWS,
        ...(params.timeLimit !== undefined && { timeLimit: params.timeLimit }),
        ...(database.bound && { bound: true }),
      });
      if ("problem" in results) throw new QueryError(results.problem);
      return this.#keep(params, query, results);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  rows({ preview, result, from, count }: RowsParams): readonly Row[] {
    const kept = this.#kept.get(preview);
    if (!kept) throw new QueryError("The rows of that preview are no longer kept: run it again.");
    return kept.rows[result]?.slice(from, from + count) ?? [];
  }

  forget(preview: PreviewId): null {
    this.#kept.delete(preview);
    return null;
  }

  forgetDatabase(database: DatabaseId): void {
    for (const [id, kept] of this.#kept) if (kept.database === database) this.#kept.delete(id);
  }

  #keep(
    { database, page = PAGE }: PreviewParams,
    query: string,
    results: readonly PreviewResult[],
  ): Previewed {
    const id = ++this.#last;
    this.#kept.set(id, { database, rows: results.map(({ rows }) => rows) });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST) break;
      this.#kept.delete(oldest);
    }
    return { preview: id, query, results: results.map((result) => outcomeOf(result, page)) };
  }
}

const outcomeOf = (result: PreviewResult, page: number): PreviewOutcome => ({
  ...result,
  rows: result.rows.slice(0, page),
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
