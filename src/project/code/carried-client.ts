import { Evaluation, type Surroundings } from "./evaluate.ts";
import type { Known } from "./known.ts";

/** What travels under a name, and what had a say in it. */
export interface CarriedClient {
  /** The one kind of client, or nothing. */
  readonly known: readonly Known[];
  readonly touched: ReadonlySet<string>;
  /** This name, and those that were asked for on the way. */
  readonly asked: ReadonlySet<string>;
  readonly unread: ReadonlySet<string>;
}

/**
 * Evaluates everything that a name carries anywhere in the project. A common name is carried by hundreds of files and
 * asked for by thousands, so this is done once for all of them, in an evaluation of its own.
 */
export function findCarriedClient(around: Surroundings, name: string): CarriedClient {
  const evaluation = new Evaluation(around, true);
  const known = carriedInside(evaluation, name);
  return {
    known,
    touched: evaluation.touched,
    asked: evaluation.askedCarriers,
    unread: evaluation.unread,
  };
}

/** The same within such an evaluation: names that carry one another are followed once. */
export function carriedInside(evaluation: Evaluation, name: string): readonly Known[] {
  const thunks = evaluation.around.carried(name);
  const types = evaluation.around.carriedTypes(name);
  evaluation.askedCarriers.add(name);
  for (const { file } of [...thunks, ...types]) evaluation.touched.add(file.path);
  const known = evaluation.once(name, () => [
    ...thunks.flatMap((thunk) => evaluation.thunk(thunk)),
    ...types.flatMap(({ type, file }) => evaluation.type(type, file, undefined)),
  ]);
  const clients = known.filter((each) => each.is === "prisma" || each.is === "supabase");
  const kinds = new Set(clients.map((each) => each.is));
  return kinds.size === 1 ? clients.slice(0, 1) : [];
}
