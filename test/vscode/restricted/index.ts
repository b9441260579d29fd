import { runSuite } from "../host/suite.ts";

/** What VS Code calls in a workspace that nobody trusts, and that has nothing of ours at first. */
export const run = (): Promise<void> => runSuite(() => import("./restricted.test.ts"));
