import type { Project } from "../../project/project.ts";
import type { PrismaClientConstruction, Usage } from "../../project/usage.ts";
import { literal, wholeName } from "../../text/pattern.ts";

type Made = Extract<Usage, PrismaClientConstruction>;

/** The Prisma client that an application exports, and code that imports it, for the manner of imports. */
export interface ApplicationClient {
  readonly path: string;
  /** As importing code calls it. */
  readonly name: string;
  readonly isDefault: boolean;
  /** The generated client's module, as the client's file imports it. */
  readonly module: string;
  readonly sample: string;
}

/** The one that modules import; of several, the one that is guarded, and nearest to the root. */
export function clientOf(project: Project): ApplicationClient | undefined {
  const worth = ({ guarded }: Made) => (guarded ? 1 : 0);
  const [made] = (project.usages.get("prisma-client") ?? [])
    .filter(isExported)
    .sort((a, b) => worth(b) - worth(a) || a.path.length - b.path.length);
  if (!made) return undefined;
  const isDefault = made.exportedAs === "default";
  const name = isDefault ? (made.variable ?? calledBy(project, made.path)) : made.exportedAs!;
  return {
    path: made.path,
    name,
    isDefault,
    module: made.module,
    sample: sampleOf(project, name, made.path),
  };
}

const isExported = (usage: Usage): usage is Made =>
  usage.kind === "prisma-client" &&
  usage.role === "runtime" &&
  usage.exportedAs !== undefined &&
  // A function that returns the client is not the client.
  (usage.exportedAs === "default" || usage.exportedAs === usage.variable) &&
  /\.(m?[jt]s|tsx)$/.test(usage.path);

/** What code calls a default export that has no name of its own. */
function calledBy(project: Project, path: string): string {
  const stem = path.split("/").at(-1)!.split(".")[0]!;
  const imports = new RegExp(
    `^import\\s+([\\w$]+)\\s+from\\s*["'][^"']*/${literal(stem)}(?:\\.\\w+)?["']`,
    "m",
  );
  for (const text of callingTexts(project)) {
    const name = imports.exec(text)?.[1];
    if (name) return name;
  }
  return "prisma";
}

function callingTexts(project: Project): string[] {
  const calls = (project.usages.get("prisma-call") ?? []).filter(({ role }) => role === "runtime");
  return [...new Set(calls.map((each) => each.path))].flatMap((each) => project.text(each) ?? []);
}

/** The text of a file that asks the client, by an alias where any does. */
function sampleOf(project: Project, name: string, path: string): string {
  const imports = new RegExp(`^import\\b[^;\\n]*${wholeName(name)}[^;\\n]*from\\s*["']([^"']+)["']`, "m");
  const texts = callingTexts(project);
  const importing = texts.filter((text) => imports.test(text));
  const aliased = importing.find((text) => !imports.exec(text)![1]!.startsWith("."));
  return aliased ?? importing[0] ?? project.text(path) ?? "";
}

/** Quotes, semicolons, indentation and line ends as the file of a client has them. */
export function styleOf(project: Project, { path, sample }: ApplicationClient): (text: string) => string {
  const own = project.text(path) ?? "";
  const single = /from\s*'/.test(sample) || (!/from\s*"/.test(sample) && /from\s*'/.test(own));
  const bare = /^import\b[^;\n]*$/m.test(sample) && !/^import\b[^\n]*;/m.test(sample);
  const tabs = /^\t/m.test(own + sample);
  return (text) => {
    let styled = text;
    if (single) styled = styled.replaceAll('"', "'");
    if (bare) styled = styled.replace(/;$/gm, "");
    if (tabs) styled = styled.replace(/^( {2})+/gm, (indent) => "\t".repeat(indent.length / 2));
    return own.includes("\r\n") ? styled.replaceAll("\n", "\r\n") : styled;
  };
}
