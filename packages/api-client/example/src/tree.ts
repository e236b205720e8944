import type { FrontDoor } from "@front-door/api-client";

type Attempt = (action: (frontDoor: FrontDoor) => Promise<void>) => Promise<void>;

/** A node of the tree. Its children are asked for when it is opened. */
interface Node {
  readonly name: string;
  readonly children?: (frontDoor: FrontDoor) => AsyncIterable<Node>;
}

export async function showTree(list: HTMLElement, frontDoor: FrontDoor, attempt: Attempt): Promise<void> {
  await fill(list, catalogs(frontDoor), attempt);
}

async function fill(list: HTMLElement, nodes: AsyncIterable<Node>, attempt: Attempt): Promise<void> {
  list.replaceChildren();
  for await (const { name, children } of nodes) {
    const item = document.createElement("li");
    if (children === undefined) item.textContent = name;
    else
      item.append(
        branch(name, async (below) =>
          attempt(async (frontDoor) => fill(below, children(frontDoor), attempt)),
        ),
      );
    list.append(item);
  }
}

function branch(name: string, open: (below: HTMLElement) => Promise<void>): HTMLElement {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const below = document.createElement("ul");
  summary.textContent = name;
  details.append(summary, below);
  details.addEventListener("toggle", () => {
    if (details.open) void open(below);
  });
  return details;
}

async function* catalogs(frontDoor: FrontDoor): AsyncGenerator<Node> {
  for await (const { name } of frontDoor.listCatalogs())
    yield { name, children: (client) => schemas(client, name) };
}

async function* schemas(frontDoor: FrontDoor, catalog: string): AsyncGenerator<Node> {
  for await (const { name } of frontDoor.listSchemas({ catalog })) {
    yield { name, children: (client) => objects(client, catalog, name) };
  }
}

async function* objects(frontDoor: FrontDoor, catalog: string, schema: string): AsyncGenerator<Node> {
  for await (const { name } of frontDoor.listTables({ catalog, schema })) yield { name };
  for await (const { name } of frontDoor.listVolumes({ catalog, schema })) {
    yield { name, children: (client) => entries(client, `/Volumes/${catalog}/${schema}/${name}`) };
  }
}

async function* entries(frontDoor: FrontDoor, directory: string): AsyncGenerator<Node> {
  for await (const { name, path, is_directory } of frontDoor.listDirectory({ path: directory })) {
    yield is_directory ? { name, children: (client) => entries(client, path) } : { name };
  }
}
