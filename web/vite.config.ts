import { defineConfig } from "vite";

// Where the service that is being worked on listens; only `npm run dev` asks it.
const service = process.env.SERVICE ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/dashboard/",
  build: {
    target: "es2023",
    // Every file is one of its own: the Content-Security-Policy knows 'self' and nothing inline.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, handle) {
        // Packages mark what runs in a browser for frameworks that render on a server; here everything does.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
  server: { proxy: { "/api": service, "/promises": service } },
});
