import type { TriedFix } from "../try-fix.ts";

/** Whether a fix makes or changes SQL, or models that make tables, which PostgreSQL has to accept. */
export const needsTrial = ({ edits, files = [] }: Pick<TriedFix, "edits"> & Partial<TriedFix>): boolean =>
  [...edits, ...files].some(({ path }) => /\.(sql|prisma)$/.test(path));
