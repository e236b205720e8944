import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const { FRONT_DOOR: frontDoor = "http://127.0.0.1:3001" } = process.env;
/** As if the page came from the front door, which refuses pages of other origins. */
const proxied = { target: frontDoor, changeOrigin: true, headers: { origin: frontDoor } };

// Its Snappy starts WebAssembly when it is loaded, which the policy of the page allows nobody. It is not used.
const treeshake = { moduleSideEffects: [{ test: /hyparquet-compressors|hysnappy/, sideEffects: false }] };

// The default export is what Vite reads.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  plugins: [react()],
  // The client leaves these to whoever uses it, and an installation without what is for development has them here alone.
  resolve: { dedupe: ["apache-arrow", "@tanstack/react-query"] },
  build: {
    target: "es2023",
    // The policy of the page allows no inline script, and no font in a data: URL is smaller than its file.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { treeshake },
  },
  worker: { rolldownOptions: { treeshake } },
  // `vite` alone serves the sources, for work on the console: the product runs beside it.
  server: {
    proxy: {
      "/api": proxied,
      "/docs": proxied,
      "/openapi.json": proxied,
      "/ready": proxied,
      "/health": proxied,
    },
  },
});
