import type { Handler } from "../handler.ts";
import { storeCopy } from "./store-copy.ts";

export const copyFile: Handler<"copy_file"> = async (params, context) => {
  const { result } = await storeCopy(params, context);
  return result;
};
