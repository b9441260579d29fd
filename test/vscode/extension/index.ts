import { runSuite } from "../host/suite.ts";

/** What VS Code calls on the example, in a trusted workspace. The last tests end the server. */
export const run = (): Promise<void> =>
  runSuite(async () => {
    await import("./seven.test.ts");
    await import("./findings.test.ts");
    await import("./features.test.ts");
    await import("./settings.test.ts");
    await import("./folders.test.ts");
    await import("./beside.test.ts");
    await import("./server.test.ts");
  });
