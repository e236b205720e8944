import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { askAgain } from "../shell/query-client.ts";
import { useWorkspaceKind } from "../shell/use-workspace-kind.ts";
import styles from "./status.module.css";

/** How often the page looks again. */
const refetchInterval = askAgain(5_000);

/** Each part between this browser and the data, and whether it works. */
export function Health() {
  const health = useQuery({ ...queryOptions(frontDoor, "health"), refetchInterval });
  const ready = useQuery({ ...queryOptions(frontDoor, "ready"), refetchInterval });
  // Asks Databricks, so it does not need to be asked that often.
  const deep = useQuery({
    ...queryOptions(frontDoor, "ready", { deep: true }),
    refetchInterval: askAgain(30_000),
  });
  const kind = useWorkspaceKind();
  const error = health.error ?? ready.error ?? deep.error;
  return (
    <section className={page["section"]} aria-label="Health">
      <ul className={styles["parts"]}>
        <Part name="Front door" about="Serves this page and the API" {...stateOf(health)}>
          {health.data && `Version ${health.data.version}`}
        </Part>
        <Part name="Gateway" about="Holds the credentials" {...stateOf(ready)}>
          {ready.data?.identity && `Signs in by ${ready.data.identity.kind}`}
        </Part>
        <Part name="Workspace" about="Catalogs, files and SQL" {...stateOf(deep)}>
          {kind && kindNames[kind]}
        </Part>
      </ul>
      {error !== null && <ErrorView error={error} asksAgain />}
    </section>
  );
}

const kindNames = { local: "Local sample workspace", databricks: "Databricks" };

interface PartProps {
  readonly name: string;
  readonly about: string;
  readonly state: "up" | "down" | "asking";
  readonly children?: React.ReactNode;
}

const chips = { up: "chip good", down: "chip danger", asking: "chip" };
const words = { up: "Works", down: "Does not answer", asking: "Asking…" };

function Part({ name, about, state, children }: PartProps) {
  return (
    <li className={styles["part"]}>
      <div className={styles["partName"]}>
        <h2>{name}</h2>
        <span className={chips[state]}>{words[state]}</span>
      </div>
      <p className="muted">{about}</p>
      <p>{children || " "}</p>
    </li>
  );
}

function stateOf({ isError, isPending }: { readonly isError: boolean; readonly isPending: boolean }) {
  return { state: isError ? "down" : isPending ? "asking" : "up" } as const;
}
