import { strict as assert } from "node:assert";
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "smol-toml";
import { ROOT } from "../../src/build/tree.ts";

/** Neovim as it is installed, with the settings of the documentation. */
describe("Neovim", () => {
  const version = /NVIM v(\d+)\.(\d+)/.exec(
    spawnSync("nvim", ["--version"], { encoding: "utf8" }).stdout ?? "",
  );

  it("shows findings and applies a fix, with the settings that are documented", function () {
    if (!version) return this.skip();
    this.timeout(180_000);
    const folder = mkdtempSync(join(tmpdir(), "rowguard-nvim-"));
    try {
      const { before, after, title, problem, gone } = run(folder, settingsFor(Number(version[2]) >= 11));
      assert.equal(problem, undefined);
      assert.deepEqual(before, ["realtime-column-unknown", "realtime-table-unknown"]);
      assert.deepEqual([title, gone, after], ["Listen to activity_logs", true, ["realtime-column-unknown"]]);
    } finally {
      // The server may still be writing what it keeps.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    }
  });
});

/** The first Lua block is for 0.11 and later, the second for those before. */
function settingsFor(isNew: boolean): string {
  const blocks = [
    ...readFileSync(join(ROOT, "docs", "editors.md"), "utf8").matchAll(/```lua\n([\s\S]*?)```/g),
  ];
  return blocks[isNew ? 0 : 1]![1]!;
}

interface Outcome {
  readonly before: string[];
  readonly after?: string[];
  readonly title?: string;
  readonly problem?: string;
  readonly gone?: boolean;
}

function run(folder: string, settings: string): Outcome {
  const workspace = join(folder, "workspace");
  cpSync(join(ROOT, "examples", "strive", "before"), workspace, { recursive: true });
  const lua = join(folder, "settings.lua");
  writeFileSync(lua, settings);
  const result = join(folder, "result.json");
  const target = join(workspace, "hooks", "use-activity.ts");
  const { stderr } = spawnSync(
    "nvim",
    ["--headless", "-u", "NONE", "-n", "-c", `luafile ${join(ROOT, "test", "editors", "neovim.lua")}`],
    {
      cwd: workspace,
      encoding: "utf8",
      timeout: 170_000,
      env: {
        ...process.env,
        PATH: `${shim(folder)}${delimiter}${process.env.PATH}`,
        ROWGUARD_TEST: [lua, target, result].join("\n"),
        XDG_STATE_HOME: folder,
        XDG_CACHE_HOME: folder,
      },
    },
  );
  try {
    return JSON.parse(readFileSync(result, "utf8")) as Outcome;
  } catch {
    return { before: [], problem: stderr };
  }
}

/** An `npx` that starts this tree's server: the package is not installed in the example. */
function shim(folder: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const server = join(ROOT, "src", "server", "process.ts");
  const loader = join(ROOT, "node_modules", "tsx", "dist", "loader.mjs");
  writeFileSync(
    join(bin, "npx"),
    `#!/bin/sh\n[ "$1 $2" = "rowguard lsp" ] || exit 9\nexec "${process.execPath}" --import "${loader}" "${server}" --stdio\n`,
  );
  chmodSync(join(bin, "npx"), 0o755);
  return bin;
}

describe("the settings that are documented", () => {
  const page = readFileSync(join(ROOT, "docs", "editors.md"), "utf8");
  const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;

  it("for Helix give each language a server that they define or Helix has", () => {
    const { language, "language-server": servers } = parse(block("toml")) as {
      language: { "language-servers": string[] }[];
      "language-server": Record<string, { command: string; args: string[] }>;
    };
    assert.deepEqual([servers.rowguard!.command, ...servers.rowguard!.args], STARTED);
    assert.ok(language.every((each) => each["language-servers"].includes("rowguard")));
  });

  it("for Zed start the same command", () => {
    const { lsp } = JSON.parse(block("json")) as {
      lsp: Record<string, { binary: { path: string; arguments: string[] } }>;
    };
    const [{ binary }] = Object.values(lsp) as [{ binary: { path: string; arguments: string[] } }];
    assert.deepEqual([binary.path, ...binary.arguments], STARTED);
  });
});

const STARTED = ["npx", "rowguard", "lsp", "--stdio"];
