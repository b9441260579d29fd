import assert from "node:assert/strict";
import { applyEdits } from "../../src/text/edit.ts";
import { openWorkspace } from "../../src/workspace/open.ts";
import { withFolder } from "./folder.ts";

const manifest = (dependencies: object) => JSON.stringify({ dependencies });
const HELPERS = {
  "package.json": manifest({
    "@supabase/auth-helpers-nextjs": "0.10.0",
    "@supabase/ssr": "0.7.0",
    "@supabase/supabase-js": "2.57.4",
    next: "15.5.3",
  }),
  "lib/other.ts": "export const other = 1;\n",
  "components/login.tsx": `"use client";

import { createClientComponentClient } from "@supabase/auth-helpers-nextjs";
import { other } from "@/lib/other";

export const Login = () => {
  const supabase = createClientComponentClient();
  return supabase.from(String(other));
};
`,
  "app/page.ts": `import { createServerComponentClient } from "@supabase/auth-helpers-nextjs";
import { cookies } from "next/headers";

export const tasks = async () => createServerComponentClient({ cookies }).from("tasks").select();
`,
  "app/late.ts": `import { createServerComponentClient } from "@supabase/auth-helpers-nextjs";
import { cookies } from "next/headers";

export const later = () => createServerComponentClient({ cookies });
`,
  "middleware.ts": `import { createMiddlewareClient } from "@supabase/auth-helpers-nextjs";

export const middleware = (req: never, res: never) => createMiddlewareClient({ req, res });
`,
};

const draft = (files: Readonly<Record<string, string>>) =>
  withFolder(files, async (root) => {
    const workspace = await openWorkspace(root);
    try {
      const { fix, todo } = await workspace.draft({ verb: "draft-supabase", subject: "" }, new Date());
      const texts = new Map(fix.files.map(({ path, text }) => [path, text]));
      for (const path of new Set(fix.edits.map((edit) => edit.path)))
        texts.set(
          path,
          applyEdits(
            files[path]!,
            fix.edits.filter((edit) => edit.path === path),
          ),
        );
      return { texts, todo };
    } finally {
      await workspace.close();
    }
  });

describe("drafted Supabase modules", () => {
  it("make the clients of Next.js for browsers and the server, and are imported where that is safe", async () => {
    const { texts, todo } = await draft(HELPERS);
    assert.deepEqual([...texts.keys()].sort(), [
      "app/page.ts",
      "components/login.tsx",
      "lib/supabase/client.ts",
      "lib/supabase/server.ts",
    ]);
    assert.match(
      texts.get("lib/supabase/client.ts")!,
      /return createBrowserClient\(\n {4}process\.env\.NEXT_PUBLIC_SUPABASE_URL!,\n {4}process\.env\.NEXT_PUBLIC_SUPABASE_ANON_KEY!,\n {2}\);/,
    );
    assert.match(
      texts.get("lib/supabase/server.ts")!,
      /const store = await cookies\(\);[\s\S]*getAll: \(\) =>/,
    );
    assert.equal(
      texts.get("components/login.tsx"),
      HELPERS["components/login.tsx"]
        .replace(
          'import { createClientComponentClient } from "@supabase/auth-helpers-nextjs";',
          'import { createClient } from "@/lib/supabase/client";',
        )
        .replace("createClientComponentClient()", "createClient()"),
    );
    assert.match(
      texts.get("app/page.ts")!,
      /^import \{ createClient \} from "\.\.\/lib\/supabase\/server";[\s\S]*async \(\) => \(await createClient\(\)\)\.from\("tasks"\)/,
    );
    assert.deepEqual(
      todo.map((sentence) => sentence.split(":")[0]),
      ["app/late.ts", "middleware.ts"],
    );
  });

  it("write over no file, and say what is missing", async () => {
    const { texts, todo } = await draft({ ...HELPERS, "lib/supabase/client.ts": "export {};\n" });
    assert.ok(!texts.has("lib/supabase/client.ts") && texts.has("lib/supabase/server.ts"));
    assert.ok(todo.includes("lib/supabase/client.ts exists already, and is left as it is"));
    const without = manifest({ "@supabase/auth-helpers-nextjs": "0.10.0", next: "15.5.3" });
    await assert.rejects(
      draft({ ...HELPERS, "package.json": without }),
      /npm install @supabase\/ssr, and run this again/,
    );
    await assert.rejects(
      draft({ "package.json": manifest({}) }),
      /makes a Supabase client|nothing|no schema/i,
    );
  });

  it("are, elsewhere, the one client; a service key in a browser is left, and said", async () => {
    const { texts, todo } = await draft({
      "package.json": manifest({ "@supabase/supabase-js": "2.57.4" }),
      "src/a.ts": `import { createClient } from "@supabase/supabase-js";

const supabase = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_ANON_KEY);
export const a = () => supabase.from("a").select();
`,
      "src/b.tsx": `"use client";
import { createClient } from "@supabase/supabase-js";

const admin = createClient(import.meta.env.VITE_SUPABASE_URL, import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY);
export const b = () => admin.from("b").delete();
`,
    });
    assert.match(
      texts.get("src/supabase/client.ts")!,
      /export const supabase = createClient\(\n {2}import\.meta\.env\.VITE_SUPABASE_URL,\n/,
    );
    assert.equal(
      texts.get("src/a.ts"),
      'import { supabase } from "./supabase/client";\n\nexport const a = () => supabase.from("a").select();\n',
    );
    assert.ok(
      todo.some((each) => /^src\/b\.tsx: it makes a client with the service key, for browsers/.test(each)),
    );
  });

  it("moves clients to modules that the project has already, and writes none beside them", async () => {
    const own = {
      "package.json": HELPERS["package.json"],
      "utils/supabase/client.ts": `import { createBrowserClient } from "@supabase/ssr";

export const createClient = () =>
  createBrowserClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!);
`,
      "utils/supabase/server.ts": `import { createServerClient } from "@supabase/ssr";
import { cookies } from "next/headers";

export async function createClient() {
  const store = await cookies();
  return createServerClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!, {
    cookies: { getAll: () => store.getAll() },
  });
}
`,
    };
    const { texts } = await draft({ ...own, "components/login.tsx": HELPERS["components/login.tsx"] });
    assert.deepEqual([...texts.keys()], ["components/login.tsx"]);
    assert.match(
      texts.get("components/login.tsx")!,
      /import \{ createClient \} from "@?[./]*\/utils\/supabase\/client";[\s\S]*const supabase = createClient\(\);/,
    );
    await assert.rejects(
      draft(own),
      /utils\/supabase\/client\.ts and utils\/supabase\/server\.ts are there already/,
    );
  });

  it("leave a client with the service key to the server, and find the variables that everybody may know", async () => {
    const { texts, todo } = await draft({
      "package.json": HELPERS["package.json"],
      ".env.example": "NEXT_PUBLIC_SUPABASE_URL=\nNEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY=\n",
      "app/admin.tsx": `"use client";
import { createClient } from "@supabase/supabase-js";

const admin = createClient(process.env.NEXT_PUBLIC_SUPABASE_URL!, process.env.NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY!);
export const Admin = () => admin.from("b").delete();
`,
    });
    assert.deepEqual([...texts.keys()], ["lib/supabase/client.ts", "lib/supabase/server.ts"]);
    assert.match(texts.get("lib/supabase/server.ts")!, /process\.env\.NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY!/);
    assert.deepEqual(todo, [
      "app/admin.tsx: it makes a client with the service key, for browsers: what that does belongs on the server, by the client of lib/supabase/server.ts where it is done for who asks",
    ]);
  });

  it("read variables as SvelteKit hands them on; where another framework does so in its own way, that is said", async () => {
    const kit = await draft({
      "package.json": manifest({
        "@sveltejs/kit": "2.40.0",
        "@supabase/ssr": "0.8.0",
        "@supabase/supabase-js": "2.98.0",
      }),
      "src/routes/+layout.ts": `import { createBrowserClient } from "@supabase/ssr";
import { PUBLIC_SUPABASE_ANON_KEY, PUBLIC_SUPABASE_URL } from "$env/static/public";

export const load = () => ({ supabase: createBrowserClient(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_ANON_KEY) });
`,
    });
    assert.match(
      kit.texts.get("src/supabase/client.ts")!,
      /^import \{ PUBLIC_SUPABASE_ANON_KEY, PUBLIC_SUPABASE_URL \} from "\$env\/static\/public";[\s\S]*createBrowserClient\(\n {4}PUBLIC_SUPABASE_URL,/,
    );
    assert.match(kit.todo[0]!, /as SvelteKit hands cookies on/);
    const client = `import { createBrowserClient } from "@supabase/ssr";
export const make = (url: string, key: string) => createBrowserClient(url, key);
`;
    for (const [dependencies, sentence] of [
      [
        { nuxt: "4.1.0", "@nuxtjs/supabase": "2.0.0" },
        /^@nuxtjs\/supabase makes the clients of a Nuxt application/,
      ],
      [
        { nuxt: "4.1.0" },
        /^Nuxt hands variables on by its runtime configuration: npx nuxt module add supabase/,
      ],
      [{ "@remix-run/react": "2.17.0" }, /^Remix hands a browser its variables from a loader/],
      [{ "@react-router/node": "7.9.0" }, /^React Router hands a browser its variables from a loader/],
      [
        { vite: "7.1.0" },
        /^No client shows by which variables the application finds its Supabase project\.$/,
      ],
    ] as const)
      await assert.rejects(
        draft({
          "package.json": manifest({ "@supabase/ssr": "0.8.0", ...dependencies }),
          "app/a.ts": client,
        }),
        { message: sentence },
      );
  });
});
