import type { Project } from "./project.ts";

/** The parts of a project that come from code; what the sources manage shows in what code asks for. */
const OF_CODE = ["code", "usages", "generatedNames", "manages"] as const;
type OfCode = (typeof OF_CODE)[number];

/** Everything in a project but what code says. */
export type CodelessProject = Omit<Project, OfCode>;

/** Somebody asked for code that is still being read. */
export class CodeUnread extends Error {}

/** The parts themselves, with code that cannot be asked for yet: who does gets `CodeUnread`. */
export function withUnreadCode<Parts extends object>(parts: Parts): Parts & Pick<Project, OfCode> {
  const ground = { ...parts };
  for (const name of OF_CODE)
    Object.defineProperty(ground, name, {
      enumerable: true,
      get: () => {
        throw new CodeUnread();
      },
    });
  return ground as Parts & Pick<Project, OfCode>;
}

/** Whether a project is what `ground` was before its code was read. Texts are those of the same sources. */
export function isGroundOf(ground: CodelessProject, project: Project): boolean {
  const names = Object.keys(project) as (keyof Project)[];
  return names.every((name) => name === "text" || isOfCode(name) || ground[name] === project[name]);
}

const isOfCode = (name: keyof Project): name is OfCode => (OF_CODE as readonly string[]).includes(name);
