import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{apps,bench,packages,scripts}/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    unstubEnvs: true,
  },
});
