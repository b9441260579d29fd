import type { Sliced } from "./sliced.ts";

/** What the build makes of `language-client.ts` and all it imports. */
export const files: Sliced<typeof import("./language-client.ts")>["files"];
