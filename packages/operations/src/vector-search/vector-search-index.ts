import * as z from "zod";
import { openEnum } from "../open-enum.ts";
import { schemaParams, securableName } from "../securable-name.ts";

/** The parameters that name an index. */
export const indexParams = {
  ...schemaParams,
  name: securableName.describe("The index's name, without catalog and schema."),
};

const fields = {
  name: z.string().describe("`catalog.schema.index`."),
  endpoint_name: z.string().optional().describe("The endpoint that serves it."),
  index_type: openEnum(
    "VectorSearchIndexType",
    ["DELTA_SYNC", "DIRECT_ACCESS"],
    "Whether it follows a table, or is written directly.",
  ).optional(),
  primary_key: z.string().optional().describe("The column that identifies a row."),
  creator: z.string().optional().describe("Who created it."),
};

/** An index in a listing. */
export const listedIndex = z.object(fields).meta({ id: "ListedVectorSearchIndex" });

const sourceColumn = z
  .object({
    name: z.string().optional().describe("The column with the text."),
    embedding_model_endpoint_name: z
      .string()
      .optional()
      .describe("The serving endpoint that makes vectors of it."),
  })
  .meta({ id: "EmbeddingSourceColumn" });

const vectorColumn = z
  .object({
    name: z.string().optional().describe("The column with the vector."),
    embedding_dimension: z.int().optional().describe("How many numbers a vector has."),
  })
  .meta({ id: "EmbeddingVectorColumn" });

const embeddingColumns = {
  embedding_source_columns: z
    .array(sourceColumn)
    .optional()
    .describe("The columns with text that Databricks makes vectors of."),
  embedding_vector_columns: z.array(vectorColumn).optional().describe("The columns with vectors."),
};

export const vectorSearchIndex = z
  .object({
    ...fields,
    status: z
      .object({
        ready: z.boolean().optional().describe("Whether it can be queried."),
        indexed_row_count: z.int().optional().describe("How many rows it has."),
        message: z.string().optional().describe("More about it."),
      })
      .meta({ id: "VectorSearchIndexStatus" })
      .optional()
      .describe("How it is."),
    delta_sync_index_spec: z
      .object({
        source_table: z.string().optional().describe("The table that it follows."),
        pipeline_type: openEnum(
          "VectorSearchPipelineType",
          ["TRIGGERED", "CONTINUOUS"],
          "When it follows the table.",
        ).optional(),
        ...embeddingColumns,
      })
      .meta({ id: "DeltaSyncIndexSpec" })
      .optional()
      .describe("Of an index that follows a table."),
    direct_access_index_spec: z
      .object({
        schema_json: z.string().optional().describe("Its columns and their types, as JSON."),
        ...embeddingColumns,
      })
      .meta({ id: "DirectAccessIndexSpec" })
      .optional()
      .describe("Of an index that is written directly."),
  })
  .meta({ id: "VectorSearchIndex" });

export const exampleIndex = {
  name: "samples.tpch.nation_index",
  endpoint_name: "local-search",
  index_type: "DELTA_SYNC",
  primary_key: "n_nationkey",
};
export const exampleIndexParams = { catalog: "samples", schema: "tpch", name: "nation_index" };
