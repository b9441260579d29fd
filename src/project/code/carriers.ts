import type { CodeFacts } from "../../source/code/facts.ts";
import type { TypeFact } from "../../source/code/value.ts";
import type { Thunk } from "./known.ts";

/** Properties under which clients travel through the project, by name. Kept from one link to the next. */
export class CarrierIndex {
  private readonly files = new Map<string, Set<CodeFacts>>();

  add(facts: CodeFacts): void {
    for (const { name } of facts.carried) {
      const set = this.files.get(name);
      if (set) set.add(facts);
      else this.files.set(name, new Set([facts]));
    }
  }

  remove(facts: CodeFacts): void {
    for (const { name } of facts.carried) this.files.get(name)?.delete(facts);
  }

  values(name: string): Thunk[] {
    return this.find(name).flatMap(({ file, value }) => (value ? [{ value, file, frame: undefined }] : []));
  }

  types(name: string): { readonly type: TypeFact; readonly file: CodeFacts }[] {
    return this.find(name).flatMap(({ file, type }) => (type ? [{ type, file }] : []));
  }

  private find(name: string) {
    return [...(this.files.get(name) ?? [])].flatMap((file) =>
      file.carried.filter((each) => each.name === name).map((each) => ({ ...each, file })),
    );
  }
}
