#!/usr/bin/env node
import module from "node:module";
import { join } from "node:path";
import { userCache } from "../cache/cache-folder.ts";

// Compiled code is kept between runs (Node 22 and later), in a folder that no other user may write.
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(join(userCache(), "rowguard", "compiled"));
void import("./main.ts");
