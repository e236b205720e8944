import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { About } from "./about.tsx";
import { contentsQuery, type Entry } from "./catalog-queries.ts";
import { EntryList } from "./entry-list.tsx";
import { ObjectHeading } from "./object-heading.tsx";
import { addressOf, kinds } from "./place.ts";
import { iconOf } from "./tree-rows.ts";

const titles = { tables: "Tables and views", volumes: "Volumes", functions: "Functions" };

export function SchemaPage() {
  const { catalog, schema } = useParams({ from: "/browse/$catalog/$schema" });
  const about = useQuery(queryOptions(frontDoor, "getSchema", { catalog, name: schema }));
  const contents = useQuery(contentsQuery(catalog, schema));
  const failed = about.error === null ? contents : about;
  const listed = (entry: Entry) => {
    const { kind, name, comment } = entry;
    return { to: addressOf({ catalog, schema, kind, name }), icon: iconOf(entry), name, comment };
  };
  return (
    <div className={page["page"]}>
      <ObjectHeading place={{ catalog, schema }} icon="schema" comment={about.data?.comment} />
      {failed.error !== null && <ErrorView error={failed.error} retry={failed.refetch} />}
      {about.data !== undefined && <About {...about.data} />}
      {contents.data?.refused.map(({ kind, error }) => (
        <ErrorView key={kind} error={error} />
      ))}
      {contents.data !== undefined &&
        kinds.map((kind) => (
          <EntryList
            key={kind}
            title={titles[kind]}
            entries={contents.data.entries.filter((entry) => entry.kind === kind).map(listed)}
          />
        ))}
    </div>
  );
}
