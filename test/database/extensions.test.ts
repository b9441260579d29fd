import { strict as assert } from "node:assert";
import { extensionsNamed } from "../../src/database/embedded/extensions.ts";

describe("extensions that a text asks for", () => {
  it("are found below a comment that begins as the statement does, quoted or not, with what they need", () => {
    assert.deepEqual(extensionsNamed("-- Create Extension\nCREATE EXTENSION IF NOT EXISTS pg_trgm;"), [
      "pg_trgm",
    ]);
    assert.deepEqual(extensionsNamed('create extension "uuid-ossp"; create extension postgis;'), [
      "uuid-ossp",
    ]);
    assert.deepEqual(extensionsNamed("create extension earthdistance cascade;"), ["cube", "earthdistance"]);
  });
});
