import type { Sliced } from "./sliced.ts";

/** What the build makes of `vscode-languageserver-protocol` and all it imports. */
export const modules: Sliced<unknown>;
