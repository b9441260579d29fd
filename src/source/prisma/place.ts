import type { Span } from "../../text/span.ts";
import type { BlockSpan } from "./schema.ts";

/** Where something of a block stands in its file, when the block begins at `start`. */
export const spanAt = (start: number, { from, to }: BlockSpan): Span => ({
  start: start + from,
  end: start + to,
});
