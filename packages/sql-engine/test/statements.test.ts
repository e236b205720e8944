import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../src/session.ts";
import { SqlError } from "../src/sql-error.ts";
import { ansiModeOff } from "./cases/ansi-mode-off.ts";
import type { Case } from "./cases/case.ts";
import { castsAndTypes } from "./cases/casts-and-types.ts";
import { collections } from "./cases/collections.ts";
import { datesAndText } from "./cases/dates-and-text.ts";
import { keysAndMetadata } from "./cases/keys-and-metadata.ts";
import { literalsAndOperators } from "./cases/literals-and-operators.ts";
import { queries } from "./cases/queries.ts";
import { sparkCasts } from "./cases/spark-casts.ts";
import { sparkErrors } from "./cases/spark-errors.ts";
import { sparkFunctions } from "./cases/spark-functions.ts";
import { sparkValues } from "./cases/spark-values.ts";
import { tables } from "./cases/tables.ts";
import { timeZone } from "./cases/time-zone.ts";
import { openTestEngine, query, type TestEngine } from "./test-engine.ts";

const files: [string, Case[]][] = [
  ["literals and operators", literalsAndOperators],
  ["casts and types", castsAndTypes],
  ["dates and text", datesAndText],
  ["collections", collections],
  ["queries", queries],
  ["queries as Spark has them", sparkValues],
  ["functions as Spark has them", sparkFunctions],
  ["casts and limits as Spark has them", sparkCasts],
  ["errors as Spark has them", sparkErrors],
  ["tables, in this order", tables],
  ["sessions with ANSI mode off, in this order", ansiModeOff],
  ["sessions in time zones, in this order", timeZone],
  ["keys, layout, grants and information_schema, in this order", keysAndMetadata],
];

let test: TestEngine;
beforeAll(async () => {
  test = await openTestEngine();
});
afterAll(() => test.close());

describe.each(files)("Databricks answers: %s", (_, cases) => {
  let session: Session;
  beforeAll(() => {
    session = test.engine.openSession({ principal: "tester@example.com" });
  });
  afterAll(() => session.close());

  it.each(cases.map((one) => [one.sql.replaceAll("%", "%%"), one] as const))(
    "%s",
    async (_name, { sql, rows, types, error }) => {
      if (error !== undefined) {
        const failure = await query(session, sql).catch((reason: unknown) => reason);
        expect(failure).toBeInstanceOf(SqlError);
        expect((failure as SqlError).errorClass).toBe(error);
        return;
      }
      const answer = await query(session, sql);
      if (rows !== undefined) expect(answer.rows).toEqual(rows);
      if (types !== undefined) expect(answer.types).toEqual(types);
    },
  );
});
