import { defineConfig } from "vitest/config";

export default defineConfig({
  // "/" and "/embed" are siblings, so "./assets/..." names the same folder from both, and below any prefix.
  base: "./",
  build: {
    outDir: "../service/viewer",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    // MapLibre is one chunk of a megabyte; it is loaded after the controls are on the screen.
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: { "/api": "http://127.0.0.1:8080", "/tiles": "http://127.0.0.1:8080" },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
