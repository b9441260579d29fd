import assert from "node:assert/strict";
import { align } from "../../../src/vscode/preview/page/align.ts";

describe("rows side by side", () => {
  it("stand on one line where several see them, in the order of the one who sees most", () =>
    assert.deepEqual(align([["b"], ["a", "b", "c"]]), [
      [-1, 0],
      [0, 1],
      [-1, 2],
    ]));

  it("of nobody else come where they came among those that others see", () =>
    assert.deepEqual(
      align([
        ["a", "b", "c"],
        ["a", "x", "c"],
      ]),
      [
        [0, 0],
        [-1, 1],
        [1, -1],
        [2, 2],
      ],
    ));

  it("are several rows where they are alike", () =>
    assert.deepEqual(align([["a", "a"], ["a"]]), [
      [0, 0],
      [1, -1],
    ]));

  it("are none where nobody sees any", () => assert.deepEqual(align([[], []]), []));
});
