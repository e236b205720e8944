import { serveParquet } from "./parquet-messages.ts";

serveParquet(self);
