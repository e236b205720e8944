import type { Api } from "@front-door/api-client";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ErrorView } from "../shell/error-view.tsx";
import page from "../shell/page.module.css";
import { About } from "./about.tsx";
import styles from "./browse.module.css";
import { functionQuery } from "./catalog-queries.ts";
import { CodeBlock } from "./code-block.tsx";
import { ColumnsTable } from "./columns-table.tsx";
import { ObjectHeading } from "./object-heading.tsx";

export function FunctionPage() {
  const { catalog, schema, name } = useParams({ from: "/browse/$catalog/$schema/functions/$name" });
  const { data, error, refetch } = useQuery(functionQuery(catalog, schema, name));
  return (
    <div className={page["page"]}>
      <ObjectHeading
        place={{ catalog, schema, kind: "functions", name }}
        icon="function"
        comment={data?.comment}
        chips={[data && (data.external_language ?? data.routine_body)]}
      />
      {error !== null && <ErrorView error={error} retry={refetch} />}
      {data !== undefined && (
        <>
          <About {...data} />
          <p>
            Returns <code className={styles["type"]}>{data.return_type_text ?? data.return_type}</code>
          </p>
          <Parameters parameters={data.parameters ?? []} />
          {data.routine_definition !== undefined && (
            <section className={page["section"]}>
              <h2>Definition</h2>
              <CodeBlock text={data.routine_definition} what="the definition" />
            </section>
          )}
        </>
      )}
    </div>
  );
}

function Parameters({ parameters }: { readonly parameters: readonly Api.FunctionParameter[] }) {
  if (parameters.length === 0) return undefined;
  return (
    <section className={page["section"]}>
      <h2>Parameters</h2>
      <ColumnsTable label="Parameters" columns={parameters} />
    </section>
  );
}
