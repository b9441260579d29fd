/** What the build makes of `preview/preview.ts` and all it imports. */
export * from "./preview/preview.ts";
