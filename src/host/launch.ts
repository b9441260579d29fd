import { startThread } from "../database/embedded/thread.ts";
import { WANTS_ENGINE } from "../protocol/database.ts";

// The engine takes as long to load as this program: both at once.
const thread = process.argv.includes(WANTS_ENGINE) ? startThread({ makes: false }) : undefined;
void import("./process.ts").then(({ serve }) => serve(thread));
