// What nobody can be faster than: Node, PostgreSQL's grammar, one file.
import { readFileSync } from "node:fs";
import { loadModule, parseSync } from "libpg-query";

await loadModule();
const { stmts } = parseSync(readFileSync(process.argv[2], "utf8"));
console.log(stmts.length);
