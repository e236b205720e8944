import type { Command } from "commander";
import { printList, printObject } from "../output/print-list.ts";
import { printJson } from "../output/terminal.ts";
import { UsageError } from "../output/usage-error.ts";
import type { SessionOf } from "../session/open-session.ts";

/** `me`, and what the workspace contains: `catalogs`, `schemas`, `tables`, `volumes`, `warehouses`. */
export function addCatalogCommands(program: Command, sessionOf: SessionOf): void {
  program
    .command("me")
    .description("show the identity that operations run as")
    .action(async (_options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await printObject(await client.me({}, { signal }), json);
    });

  program
    .command("catalogs")
    .description("list the catalogs")
    .action(async (_options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await printList(
        client.listCatalogs({}, { signal }),
        ["name", "catalog_type", "owner", "comment"],
        json,
      );
    });

  program
    .command("schemas")
    .description("list the schemas of a catalog")
    .argument("<catalog>")
    .action(async (catalog: string, _options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await printList(client.listSchemas({ catalog }, { signal }), ["full_name", "owner", "comment"], json);
    });

  program
    .command("tables")
    .description("list the tables and views of a schema")
    .argument("<catalog.schema>", "or the catalog alone, with the schema as the second argument")
    .argument("[schema]")
    .action(async (first: string, second: string | undefined, _options, command: Command) => {
      const [catalog, schema] = schemaOf(first, second);
      const { client, json, signal } = sessionOf(command);
      const tables = client.listTables({ catalog, schema }, { signal });
      await printList(tables, ["full_name", "table_type", "owner", "comment"], json);
    });

  program
    .command("volumes")
    .description("list the volumes of a schema")
    .argument("<catalog.schema>", "or the catalog alone, with the schema as the second argument")
    .argument("[schema]")
    .action(async (first: string, second: string | undefined, _options, command: Command) => {
      const [catalog, schema] = schemaOf(first, second);
      const { client, json, signal } = sessionOf(command);
      const volumes = client.listVolumes({ catalog, schema }, { signal });
      await printList(volumes, ["full_name", "volume_type", "owner", "comment"], json);
    });

  const warehouses = program
    .command("warehouses")
    .description("list the SQL warehouses, start one, or stop one")
    .action(async (_options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      const { warehouses: all } = await client.listWarehouses({}, { signal });
      await printList(all, ["id", "name", "state", "cluster_size"], json);
    });

  warehouses
    .command("start")
    .description("start a SQL warehouse, without waiting until it runs")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await client.startWarehouse({ warehouse_id: id }, { signal });
      if (json) await printJson({ warehouse_id: id });
    });

  warehouses
    .command("stop")
    .description("stop a SQL warehouse, and what runs on it")
    .argument("<id>")
    .action(async (id: string, _options, command: Command) => {
      const { client, json, signal } = sessionOf(command);
      await client.stopWarehouse({ warehouse_id: id }, { signal });
      if (json) await printJson({ warehouse_id: id });
    });
}

/** `main.default`, or both apart, as names with dots have to be. */
function schemaOf(first: string, second: string | undefined): [string, string] {
  if (second !== undefined) return [first, second];
  const [catalog = "", schema, ...more] = first.split(".");
  if (schema === undefined || more.length > 0) {
    throw new UsageError(`Name a schema as main.default or as main default, got ${JSON.stringify(first)}.`);
  }
  return [catalog, schema];
}
