import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const RELEASE = "0.25.5";
const FOLDER = join(import.meta.dirname, "..", "..", "node_modules", ".cache", `splinter-${RELEASE}`);
const SYSTEMS: Readonly<Record<string, string>> = {
  linux: "linux-gnu",
  darwin: "apple-darwin",
  win32: "windows-msvc",
};

/** One thing that Supabase's advisors say of a running database. */
export interface Advice {
  /** `rls_disabled_in_public` */
  readonly lint: string;
  /** What it is about: `public.tasks`, or the whole sentence where it names no object. */
  readonly object: string;
  readonly text: string;
}

/** The program that carries splinter, fetched from the registry when first asked for. Undefined where it cannot be. */
export function findAdvisor(): string | undefined {
  const { platform, arch } = process;
  const system = SYSTEMS[platform];
  const name = `@postgres-language-server/cli-${arch === "arm64" ? "aarch64" : "x86_64"}-${system}`;
  const file = platform === "win32" ? "postgres-language-server.exe" : "postgres-language-server";
  const program = join(FOLDER, "node_modules", name, file);
  if (!existsSync(program) && !fetchPackage(`${name}@${RELEASE}`)) return undefined;
  chmodSync(program, 0o755);
  return program;
}

function fetchPackage(name: string): boolean {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), "{}");
  try {
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", name], {
      cwd: FOLDER,
      stdio: "ignore",
      shell: process.platform === "win32",
    });
    return true;
  } catch {
    return false;
  }
}

/** What the advisors say of a database. */
export function advise(program: string, url: string): Advice[] {
  const { stdout } = spawnSync(
    program,
    ["dblint", `--connection-string=${url}`, "--reporter=json", "--max-diagnostics=none"],
    { encoding: "utf8", maxBuffer: 1 << 28, cwd: FOLDER },
  );
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; message: string }[] };
  return diagnostics.map(({ category, message }) => {
    const text = message.replaceAll("\\`", "`");
    const [object = text, policy] = [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
    const lint = category.split("/").at(-1)!;
    return {
      lint: lint.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      object: lint === "authRlsInitplan" ? `${object}/${policy}` : object,
      text,
    };
  });
}
