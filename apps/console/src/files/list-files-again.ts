import { queryClient } from "../shell/query-client.ts";
import { filesKey } from "./directory-query.ts";

const soonMs = 300;
let waiting: ReturnType<typeof setTimeout> | undefined;

/** After a change of files. Resolves when the open folder shows it. */
export async function listFilesAgain(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: filesKey });
}

/** The same for one change of many: a listing that is under way is not begun again. */
export function listFilesSoon(): void {
  waiting ??= setTimeout(() => {
    waiting = undefined;
    if (queryClient.isFetching({ queryKey: filesKey }) > 0) listFilesSoon();
    else void listFilesAgain();
  }, soonMs);
}
