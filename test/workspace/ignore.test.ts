import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openWorkspace } from "../../src/workspace/open.ts";
import { withFolder } from "./folder.ts";

const INIT = `create table public.posts (id uuid primary key, title text);
alter table public.posts enable row level security;
create policy "read" on public.posts for select to authenticated using (title is not null);
`;

const CLIENT = `import { createClient } from "@supabase/supabase-js";
export const client = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!);
`;

/** The line that was written before the one of the finding, where the file took it; nothing else is found afterwards. */
async function ignoreIn(path: string, text: string): Promise<string> {
  const files = {
    "supabase/migrations/20240101000000_init.sql": INIT,
    "lib/client.ts": CLIENT,
    [path]: `${/\.(vue|svelte)$/.test(path) ? "" : 'import { client } from "../lib/client.ts";\n'}${text}`,
  };
  return withFolder(files, async (root) => {
    const workspace = await openWorkspace(root, {});
    const wrong = async () =>
      (await workspace.report()).findings.filter(({ rule }) =>
        /^(supabase-table-unknown|suppression-)/.test(rule),
      );
    const [finding] = await wrong();
    assert.ok(finding, "there is nothing to ignore");
    await workspace.applyFix(await workspace.ignoreFix(finding, "it comes tomorrow"));
    assert.deepEqual(await wrong(), [], "it is still found");
    await workspace.close();
    const before = files[path]!.split("\n");
    const after = readFileSync(join(root, path), "utf8").split("\n");
    return after.find((line, i) => line !== before[i])?.trim() ?? "the configuration";
  });
}

describe("a finding that is ignored", () => {
  const SAID = "rowguard-ignore supabase-table-unknown: it comes tomorrow";

  it("is said so in a comment of the language", async () => {
    assert.equal(await ignoreIn("app/a.ts", 'client.from("post").select();\n'), `// ${SAID}`);
  });

  it("is said so in an expression between the children of JSX, where a comment would be shown", async () => {
    const page = (inner: string) => `export const Page = () => (\n  <ul>\n${inner}  </ul>\n);\n`;
    const child = '{client.from("post").select()}\n';
    assert.equal(await ignoreIn("app/a.tsx", page(`    ${child}`)), `{/* ${SAID} */}`);
    assert.equal(await ignoreIn("app/b.jsx", page(child)), `{/* ${SAID} */}`);
    const attribute = '    <li\n      onClick={() => client.from("post").select()}\n    />\n';
    assert.equal(await ignoreIn("app/c.tsx", page(attribute)), `// ${SAID}`);
    const within = '    {[1].map(() => {\n      client.from("post").select();\n      return 1;\n    })}\n';
    assert.equal(await ignoreIn("app/d.tsx", page(within)), `// ${SAID}`);
  });

  it("is said so in the script of a component, and not in its markup", async () => {
    const script = `${CLIENT.replace("export ", "")}client.from("post").select();\n`;
    assert.equal(await ignoreIn("app/A.vue", `<script setup lang="ts">\n${script}</script>\n`), `// ${SAID}`);
    assert.equal(await ignoreIn("app/B.svelte", `<script lang="ts">\n${script}</script>\n`), `// ${SAID}`);
    const line = `<script>${script.replaceAll("\n", " ").replaceAll("!", "")}</script>\n`;
    assert.equal(await ignoreIn("app/C.svelte", line), "the configuration");
  });

  it("is said so in the configuration where the line begins inside a template", async () => {
    const text = 'export const all = `found:\n${client.from("post").select()}`;\n';
    assert.equal(await ignoreIn("app/a.ts", text), "the configuration");
  });
});
