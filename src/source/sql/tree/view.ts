import { readRelation } from "./name.ts";
import { stringsOf } from "./node.ts";
import { readQuery } from "./query.ts";
import type { StatementReaders } from "./statement.ts";
import { queryRange, readOptions } from "./table.ts";

const CHECKS = new Map([
  ["LOCAL_CHECK_OPTION", "local"],
  ["CASCADED_CHECK_OPTION", "cascaded"],
]);

export const viewReaders: StatementReaders = {
  ViewStmt: (reading, node, range) => {
    const check = CHECKS.get(node.withCheckOption ?? "");
    return {
      kind: "create-view",
      name: readRelation(reading, node.view),
      materialized: false,
      replace: node.replace ?? false,
      temporary: node.view?.relpersistence === "t",
      columns: stringsOf(node.aliases),
      options: { ...readOptions(node.options), ...(check ? { check_option: check } : {}) },
      query: readQuery(reading, node.query, queryRange(reading, range)),
    };
  },
};
