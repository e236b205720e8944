import { configDefaults } from "vitest/config";
import everyTest, { browserTests } from "./vitest.config.ts";

/** The tests in a browser, as all others run. */
export default {
  ...everyTest,
  test: { ...everyTest.test, include: [browserTests], exclude: configDefaults.exclude },
};
