import { onPersonChange } from "../shell/credential.ts";

let controller = new AbortController();

onPersonChange(() => {
  controller.abort();
  controller = new AbortController();
});

/** Is aborted when the person of this tab signs out or is another one, as whom nothing may go on. */
export function personSignal(): AbortSignal {
  return controller.signal;
}
