import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "./shell/tokens.css";
import "./shell/base.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./router.ts";
import { queryClient } from "./shell/query-client.ts";
import { showTheme } from "./shell/theme.ts";
import { leadToSignIn } from "./sign-in/lead-to-sign-in.ts";

showTheme();
leadToSignIn(router);
const element = document.querySelector("#console");
if (element === null) throw new Error("index.html has no #console");
createRoot(element).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
