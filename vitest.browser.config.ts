import { configDefaults } from "vitest/config";
import everyTest, { browserTests } from "./vitest.config.ts";

/** Runs the tests in a browser with the settings of all others. */
export default {
  ...everyTest,
  test: { ...everyTest.test, include: [browserTests], exclude: configDefaults.exclude },
};
