import type { CodeFacts } from "../../source/code/facts.ts";
import type { TypeFact } from "../../source/code/value.ts";
import { FilesByName } from "./by-name.ts";
import type { Thunk } from "./known.ts";

type TypeAt = { readonly type: TypeFact; readonly file: CodeFacts };
type Found = { readonly values: readonly Thunk[]; readonly types: readonly TypeAt[] };

/** Properties under which clients travel through the project, by name. Kept from one link to the next. */
export class CarrierIndex {
  private readonly files = new FilesByName();
  /** What a name carries, until a file that has the name comes or goes: common names are asked for thousands of times. */
  private readonly found = new Map<string, Found>();

  add(facts: CodeFacts): void {
    for (const { name } of facts.carried) {
      this.files.add(name, facts);
      this.found.delete(name);
    }
  }

  remove(facts: CodeFacts): void {
    for (const { name } of facts.carried) {
      this.files.remove(name, facts);
      this.found.delete(name);
    }
  }

  values(name: string): readonly Thunk[] {
    return this.find(name).values;
  }

  types(name: string): readonly TypeAt[] {
    return this.find(name).types;
  }

  private find(name: string): Found {
    const known = this.found.get(name);
    if (known) return known;
    const values: Thunk[] = [];
    const types: TypeAt[] = [];
    for (const file of this.files.of(name))
      for (const each of file.carried) {
        if (each.name !== name) continue;
        if (each.value) values.push({ value: each.value, file, frame: undefined });
        if (each.type) types.push({ type: each.type, file });
      }
    const found = { values, types };
    this.found.set(name, found);
    return found;
  }
}
