/** What is noted of nodes of a tree, by the node. */
export interface Noted<Node extends object, Value> extends Iterable<readonly [Node, Value]> {
  get(node: Node): Value | undefined;
  has(node: Node): boolean;
}

/** So many are looked through as quickly as a map finds one. */
const FEW = 8;

/**
 * A map whose first entries take a third of the room. There are several for each clause of a policy, and most have one
 * column, one call, one table.
 */
export class NotedFew<Node extends object, Value> implements Noted<Node, Value> {
  /** Nodes and values, one after the other. */
  readonly #few: (Node | Value)[] = [];
  #more: Map<Node, Value> | undefined;

  get(node: Node): Value | undefined {
    const at = this.#placeOf(node);
    return at < 0 ? this.#more?.get(node) : (this.#few[at + 1] as Value);
  }

  has(node: Node): boolean {
    return this.#placeOf(node) >= 0 || this.#more?.has(node) === true;
  }

  set(node: Node, value: Value): this {
    const at = this.#placeOf(node);
    if (at >= 0) this.#few[at + 1] = value;
    else if (this.#few.length < FEW * 2) this.#few.push(node, value);
    else {
      this.#more ??= new Map();
      this.#more.set(node, value);
    }
    return this;
  }

  *[Symbol.iterator](): Iterator<readonly [Node, Value]> {
    for (let i = 0; i < this.#few.length; i += 2) yield [this.#few[i] as Node, this.#few[i + 1] as Value];
    if (this.#more) yield* this.#more;
  }

  #placeOf(node: Node): number {
    for (let i = 0; i < this.#few.length; i += 2) if (this.#few[i] === node) return i;
    return -1;
  }
}
