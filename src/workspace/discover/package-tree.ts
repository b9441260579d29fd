import { folderOf } from "./sql-role.ts";
import type { PackageNames } from "./survey.ts";

/** The packages of a workspace by folder, and which of them use which. */
export class PackageTree {
  readonly #folders: Map<string, PackageNames>;
  readonly #folderOfName = new Map<string, string>();

  constructor(packages: readonly PackageNames[]) {
    this.#folders = new Map(packages.map((each) => [folderOf(each.path), each]));
    for (const [folder, { name }] of this.#folders) if (name) this.#folderOfName.set(name, folder);
  }

  /** The folder of the package that holds a path; "" where there is none. */
  holder(path: string): string {
    for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) {
      if (this.#folders.has(folder)) return folder;
    }
    return "";
  }

  /** Folders of the workspace's packages that the one in `folder` depends on, through others too; nearest first. */
  reachable(folder: string): string[] {
    const found = new Set([folder]);
    for (const each of found) {
      for (const { name } of this.#folders.get(each)?.dependencies ?? []) {
        const target = this.#folderOfName.get(name);
        if (target !== undefined) found.add(target);
      }
    }
    found.delete(folder);
    return [...found];
  }
}
