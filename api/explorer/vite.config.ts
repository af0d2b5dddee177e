import { defineConfig } from "vite";

import { licences } from "./plugins/licences.ts";
import { packed } from "./plugins/packed.ts";

// Where a running service is, for `npm run dev`; the page itself is served by Vite then.
const service = process.env.CLOUDINDEX_SERVICE ?? "http://127.0.0.1:8000";
const served = ["/api", "/sparql", "/update", "/store", "/id", "/document", "/ontology", "/healthz", "/readyz", "/docs"];

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [licences(), packed()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 700, modulePreload: { polyfill: false } },
  worker: { format: "es" },
  server: { host: "127.0.0.1", proxy: Object.fromEntries(served.map((path) => [path, service])) },
});
