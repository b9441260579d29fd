import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { renderLargeMigration } from "./generate.ts";
import { alternate, median, peak, runProcess } from "./measure.ts";
import type { Row } from "./table.ts";

const MEGABYTE = 1_000_000;
const ROUNDS = 9;
const PATH = "supabase/migrations/20240101000000_large.sql";

/** One large migration: against bare parsing when nothing is cached, against squawk when it is. */
export function benchOneFile(folder: string, cli: string): Row[] {
  const root = join(folder, "one-file");
  const file = join(root, PATH);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, renderLargeMigration(MEGABYTE));
  const cache = join(folder, "cache");
  process.env.XDG_CACHE_HOME = cache;
  const check = (...flags: string[]) =>
    runProcess(process.execPath, [cli, "check", root, "--format", "json", ...flags], [0, 1]);
  const bare = () => runProcess(process.execPath, [join(import.meta.dirname, "bare-parse.mjs"), file]);
  const cold = () => {
    rmSync(cache, { recursive: true, force: true });
    return check();
  };
  const squawk = () => runProcess(squawkBinary(), ["--reporter", "json", file], [0, 1]);
  const first = alternate(ROUNDS, { bare, cold });
  check();
  const second = alternate(ROUNDS, { squawk, warm: () => check() });
  return [
    { what: "1 MB migration: bare Node and libpg-query", value: median(first.bare), unit: "ms" },
    { what: "1 MB migration: check, nothing cached", value: median(first.cold), unit: "ms" },
    { what: "  ratio", value: median(first.cold) / median(first.bare), unit: "x", budget: 2.5 },
    { what: "  peak memory", value: peak(first.cold), unit: "MB" },
    { what: "1 MB migration: squawk --reporter json", value: median(second.squawk), unit: "ms" },
    { what: "1 MB migration: check again", value: median(second.warm), unit: "ms" },
    { what: "  ratio", value: median(second.warm) / median(second.squawk), unit: "x", budget: 1 },
    {
      what: "start-up: rowguard --version",
      value: median(
        alternate(ROUNDS, { start: () => runProcess(process.execPath, [cli, "--version"]) }).start,
      ),
      unit: "ms",
    },
  ];
}

/** The program itself: the wrapper in front of it would only cost it time. */
function squawkBinary(): string {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve("squawk-cli/package.json"));
  const name = process.platform === "win32" ? "squawk.exe" : "squawk";
  return resolve(`@squawk-cli/${process.platform}-${process.arch}/bin/${name}`);
}
