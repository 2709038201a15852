import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client.ts";
import { App } from "./app.tsx";
import { WordsProvider } from "./words/provider.tsx";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/tables.css";
import "./styles/shell.css";
import "./styles/first-steps.css";
import "./styles/inbox.css";
import "./styles/messages.css";
import "./styles/domains.css";
import "./styles/rooms.css";
import "./styles/readers.css";
import "./styles/statistics.css";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no place for the dashboard.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <WordsProvider>
        <App />
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
