import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../package.json";
import { mayColour } from "../../src/cli/terminal.ts";
import { runIn } from "./recorder.ts";

describe("command line", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "rowguard-test-"));
    writeFileSync(join(folder, "file.sql"), "select 1;");
    mkdirSync(join(folder, "apps", "web"), { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true }));

  const refused: [string, string[], RegExp][] = [
    [
      "an option that is mistyped",
      ["check", "--fromat", "json"],
      /^rowguard: Unknown option '--fromat'\. Did you mean --format\?\n$/,
    ],
    [
      "a command that is mistyped",
      ["chekc"],
      /^rowguard: There is no command "chekc"\. Did you mean "check"\?\n$/,
    ],
    [
      "help for a command that is mistyped",
      ["help", "chekc"],
      /^rowguard: There is no command "chekc"\. Did you mean "check"\?\n$/,
    ],
    ["help for what is no command", ["help", "xyzzy"], /^rowguard: There is no command "xyzzy"\.\n$/],
    [
      "a folder that is not there",
      ["check", "nowhere/at/all"],
      /^rowguard: There is no folder "nowhere\/at\/all"\.\n$/,
    ],
    [
      "a file in place of a folder",
      ["check", "file.sql"],
      /^rowguard: "file\.sql" is a file; give the folder .*\.\n$/,
    ],
    [
      "a format that there is not",
      ["check", "--format", "xml"],
      /^rowguard: .*'xml' is invalid\. Allowed choices are text, json, .*\.\n$/,
    ],
    [
      "a threshold that there is not",
      ["--threshold", "fatal"],
      /^rowguard: .*Allowed choices are error, warning, info\.\n$/,
    ],
    [
      "a rule that is mistyped",
      ["check", "--rule", "table-wihtout-rls"],
      /^rowguard: There is no rule "table-wihtout-rls"\. Did you mean "table-without-rls"\?\n$/,
    ],
    ["a rule that is like no other", ["fix", "--rule", "xyzzy"], /^rowguard: There is no rule "xyzzy"\.\n$/],
    [
      "an option without its value",
      ["check", "--since"],
      /^rowguard: Option '--since <revision>' argument missing\.\n$/,
    ],
    [
      "a configuration that is not there",
      ["check", "--config", "no.json"],
      /^rowguard: There is no file "no\.json"\.\n$/,
    ],
    [
      "a folder in place of a table",
      ["generate", "apps/web"],
      /^rowguard: "apps\/web" is a folder, not a table: say --folder apps\/web\.\n$/,
    ],
    [
      "a table that there is not",
      ["generate", "apps/mobile"],
      /^rowguard: There is no table apps\/mobile in this workspace; `rowguard catalog` lists them\.\n$/,
    ],
    ["an explanation of nothing", ["explain"], /^rowguard: Name a rule or a table, or say --tenancy\.\n$/],
  ];
  for (const [what, args, sentence] of refused)
    it(`refuses ${what} with one sentence and code 2`, async () => {
      const { code, out, err } = await runIn(folder, args);
      assert.match(err, sentence);
      assert.deepEqual([code, out], [2, ""]);
    });

  it("lets no argument steer the terminal", async () => {
    const { err } = await runIn(folder, ["check", "\u001b[2J\u0007"]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    assert.doesNotMatch(err.trimEnd(), /[\u0000-\u001f]/);
  });

  it("prints its version", async () => {
    assert.deepEqual(await runIn(folder, ["--version"]), { code: 0, out: `${version}\n`, err: "" });
  });

  it("prints help, with commands that each have help and a section of the documentation", async () => {
    const { code, out, err } = await runIn(folder, ["--help"]);
    assert.deepEqual([code, err], [0, ""]);
    const commands = [...out.split("Commands:")[1]!.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name!);
    for (const name of ["check", "fix", "catalog", "explain", "init"])
      assert.ok(commands.includes(name), name);
    for (const name of commands) assert.equal((await runIn(folder, [name, "--help"])).code, 0, name);
    const page = readFileSync(join(import.meta.dirname, "../../docs/commands.md"), "utf8");
    const undocumented = commands.filter((name) => name !== "help" && !page.includes(`\n## ${name}\n`));
    assert.deepEqual(undocumented, [], "docs/commands.md has a section for each command");
  });

  for (const command of ["check", "fix", "catalog", "explain", "init"])
    it(`prints help for ${command} that fits a narrow terminal`, async () => {
      const { code, out } = await runIn(folder, [command, "--help"], { width: 60 });
      assert.equal(code, 0);
      assert.deepEqual(
        out.split("\n").filter((line) => line.length > 60),
        [],
      );
    });
});

describe("colour", () => {
  it("is for terminals, and NO_COLOR and FORCE_COLOR have the last word", () => {
    assert.equal(mayColour(true, {}), true);
    assert.equal(mayColour(false, {}), false);
    assert.equal(mayColour(false, { CI: "1" }), false);
    assert.equal(mayColour(true, { TERM: "dumb" }), false);
    assert.equal(mayColour(true, { NO_COLOR: "1" }), false);
    assert.equal(mayColour(true, { NO_COLOR: "" }), true);
    assert.equal(mayColour(false, { FORCE_COLOR: "1" }), true);
    assert.equal(mayColour(true, { FORCE_COLOR: "0" }), false);
    assert.equal(mayColour(true, { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  });
});
