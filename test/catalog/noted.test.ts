import assert from "node:assert/strict";
import { NotedFew } from "../../src/catalog/resolve/noted.ts";

describe("what is noted of nodes", () => {
  it("is found by its node, few or many, the last that was said of it", () => {
    const nodes = Array.from({ length: 30 }, (_, id) => ({ id }));
    const noted = new NotedFew<object, number>();
    for (const [i, node] of nodes.entries()) {
      assert.deepEqual([noted.has(node), noted.get(node)], [false, undefined]);
      noted.set(node, i).set(node, i * 2);
      assert.deepEqual([noted.has(node), noted.get(node)], [true, i * 2]);
    }
    assert.deepEqual(
      [...noted],
      nodes.map((node) => [node, node.id * 2]),
    );
  });

  it("knows nodes, and no values", () => {
    const [node, value] = [{}, {}];
    const noted = new NotedFew<object, object>().set(node, value);
    assert.deepEqual([noted.has(value), noted.get(value)], [false, undefined]);
  });
});
