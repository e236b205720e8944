import { queryOptions } from "@front-door/api-client/tanstack-query";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import { About } from "./about.tsx";
import { schemasQuery } from "./catalog-queries.ts";
import { EntryList } from "./entry-list.tsx";
import { ObjectHeading } from "./object-heading.tsx";
import { addressOf } from "./place.ts";

export function CatalogPage() {
  const { catalog } = useParams({ from: "/browse/$catalog" });
  const about = useQuery(queryOptions(frontDoor, "getCatalog", { name: catalog }));
  const schemas = useQuery(schemasQuery(catalog));
  const failed = about.error === null ? schemas : about;
  return (
    <div className={page["page"]}>
      <ObjectHeading place={{ catalog }} icon="catalog" comment={about.data?.comment} />
      {failed.error !== null && <ErrorView error={failed.error} retry={failed.refetch} />}
      {about.data !== undefined && <About {...about.data} />}
      {schemas.data !== undefined && (
        <EntryList
          title="Schemas"
          entries={schemas.data.map(({ name, comment }) => {
            return { to: addressOf({ catalog, schema: name }), icon: "schema", name, comment };
          })}
        />
      )}
    </div>
  );
}
