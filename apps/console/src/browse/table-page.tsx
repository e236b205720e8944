import { Tabs } from "@base-ui/react/tabs";
import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { About } from "./about.tsx";
import styles from "./browse.module.css";
import { type TableView, tableRoute, tableViews } from "./browse-route.ts";
import { ColumnsTable } from "./columns-table.tsx";
import { Definition } from "./definition.tsx";
import { ObjectHeading } from "./object-heading.tsx";
import { Preview } from "./preview.tsx";
import { QueryThis } from "./query-this.tsx";
import { iconOf } from "./tree-rows.ts";

const labels = { columns: "Columns", preview: "Preview", definition: "Definition" };

/** A table or a view. Only the preview and the definition run a statement, and only when they are opened. */
export function TablePage() {
  const { catalog, schema, name } = tableRoute.useParams();
  const { view = "columns" } = tableRoute.useSearch();
  const navigate = tableRoute.useNavigate();
  const { data, error, refetch } = useQuery(queryOptions(frontDoor, "getTable", { catalog, schema, name }));
  const place = { catalog, schema, kind: "tables", name } as const;
  const show = (chosen: TableView) =>
    void navigate({ search: chosen === "columns" ? {} : { view: chosen }, replace: true });
  return (
    <div className={page["page"]}>
      <ObjectHeading
        place={place}
        icon={iconOf({ kind: "tables", tableType: data?.table_type })}
        comment={data?.comment}
        chips={[data?.table_type?.toLowerCase().replaceAll("_", " "), data?.data_source_format]}
      >
        {error === null && <QueryThis parts={[catalog, schema, name]} />}
      </ObjectHeading>
      {error !== null && <ErrorView error={error} retry={refetch} />}
      {data !== undefined && (
        <>
          <About {...data} />
          <Tabs.Root value={view} onValueChange={show} className={styles["tabs"]}>
            <Tabs.List className={styles["tabList"]} activateOnFocus={false}>
              {tableViews.map((each) => (
                <Tabs.Tab key={each} value={each} className={styles["tab"]}>
                  {labels[each]}
                  {each === "columns" && <span className="muted">{data.columns?.length ?? 0}</span>}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="columns">
              <ColumnsTable label="Columns" columns={data.columns ?? []} />
            </Tabs.Panel>
            <Tabs.Panel value="preview">
              <Preview catalog={catalog} schema={schema} name={name} />
            </Tabs.Panel>
            <Tabs.Panel value="definition">
              <Definition parts={[catalog, schema, name]} />
            </Tabs.Panel>
          </Tabs.Root>
        </>
      )}
    </div>
  );
}
