import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { CODE, installEditor, ROOT } from "./host/install.ts";

interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

/** The part of VS Code's tokeniser that is used here; it comes with the editor, as do the grammars of its languages. */
interface TextMate {
  parseRawGrammar(text: string, path: string): unknown;
  Registry: new (options: {
    onigLib: Promise<unknown>;
    loadGrammar(scope: string): Promise<unknown>;
    getInjections(scope: string): string[];
  }) => { loadGrammar(scope: string): Promise<Grammar> };
}

interface Grammar {
  tokenizeLine(
    line: string,
    state: unknown,
  ): { tokens: { startIndex: number; endIndex: number; scopes: string[] }[]; ruleStack: unknown };
}

const { contributes } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  contributes: { grammars: { scopeName: string; path: string; injectTo: string[] }[] };
};

const syntax = (language: string, file: string) =>
  join(CODE, "extensions", language, "syntaxes", `${file}.tmLanguage.json`);

const FILES = (): Record<string, string> => ({
  "source.ts": syntax("typescript-basics", "TypeScript"),
  "source.tsx": syntax("typescript-basics", "TypeScriptReact"),
  "source.sql": syntax("sql", "sql"),
  ...Object.fromEntries(contributes.grammars.map(({ scopeName, path }) => [scopeName, join(ROOT, path)])),
});

/** Stands in for Prisma's own grammar, of which comments alone matter. */
const PRISMA = JSON.stringify({
  scopeName: "source.prisma",
  patterns: [{ begin: "//", end: "$\\n?", name: "comment.prisma" }],
});

describe("what is highlighted", () => {
  let load: (scope: string) => Promise<Grammar>;

  before(async function () {
    this.timeout(600_000);
    installEditor();
    const require = createRequire(join(CODE, "package.json"));
    const textMate = require("vscode-textmate") as TextMate;
    const oniguruma = require("vscode-oniguruma");
    const wasm = join(require.resolve("vscode-oniguruma/package.json"), "..", "release", "onig.wasm");
    await oniguruma.loadWASM(readFileSync(wasm).buffer);
    const registry = new textMate.Registry({
      onigLib: Promise.resolve({
        createOnigScanner: (sources: string[]) => new oniguruma.OnigScanner(sources),
        createOnigString: (text: string) => new oniguruma.OnigString(text),
      }),
      async loadGrammar(scope) {
        const path = FILES()[scope];
        const text = path ? readFileSync(path, "utf8") : scope === "source.prisma" ? PRISMA : undefined;
        return text && textMate.parseRawGrammar(text, path ?? "prisma.json");
      },
      getInjections: (scope) =>
        contributes.grammars
          .filter(({ injectTo }) => injectTo.includes(scope))
          .map(({ scopeName }) => scopeName),
    });
    load = (scope) => registry.loadGrammar(scope);
  });

  async function tokenise(scope: string, text: string): Promise<Token[]> {
    const grammar = await load(scope);
    let state: unknown = null;
    return text.split("\n").flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes,
      }));
    });
  }

  const scopesOf = (tokens: readonly Token[], text: string): string =>
    tokens.find((token) => token.text.trim() === text)?.scopes.join(" ") ?? "";
  const isSql = (scopes: string) => /meta\.embedded\.block\.sql/.test(scopes);

  for (const tag of ["sql", "Prisma.sql", "db.$queryRaw", "prisma.$queryRaw<Task[]>", "tx.$executeRaw"])
    for (const scope of ["source.ts", "source.tsx"])
      it(`is SQL in ${tag} of ${scope}`, async () => {
        const tokens = await tokenise(
          scope,
          `const rows = await ${tag}\`\n  select id from tasks\n  where org_id = \${org.id} and done\n\`;\nconst after = "select";`,
        );
        assert.match(scopesOf(tokens, "select"), /meta\.embedded\.block\.sql.*keyword/);
        assert.match(scopesOf(tokens, "where"), /keyword/);
        assert.match(scopesOf(tokens, "org"), /meta\.embedded\.line\.ts.*variable/);
        assert.match(scopesOf(tokens, "and"), /meta\.embedded\.block\.sql/);
        assert.ok(!isSql(scopesOf(tokens, "after")), "The template ends.");
      });

  it("is not SQL in other templates, in strings and in comments", async () => {
    const tokens = await tokenise(
      "source.ts",
      "html`select one`;\n// sql`select two`\nconst text = 'sql`select three`';\nmysql`select four`;",
    );
    assert.ok(tokens.every(({ scopes }) => !isSql(scopes.join(" "))));
  });

  it("is what a comment declares of access, and what it ignores", async () => {
    const tokens = await tokenise(
      "source.prisma",
      "/// @access tenant: by the project\n// rowguard-ignore table-without-rls: read by nobody\nmodel Task {",
    );
    assert.match(scopesOf(tokens, "@access"), /comment\.prisma keyword\.control\.rowguard/);
    assert.match(scopesOf(tokens, "tenant"), /support\.type\.rowguard/);
    assert.match(scopesOf(tokens, "rowguard-ignore"), /keyword\.control\.rowguard/);
    assert.match(scopesOf(tokens, "table-without-rls"), /entity\.name\.tag\.rowguard/);
    assert.doesNotMatch(scopesOf(tokens, "model Task {"), /rowguard/);
  });
});
