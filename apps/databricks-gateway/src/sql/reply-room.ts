import { AsyncLocalStorage } from "node:async_hooks";

/** What the reply to a call of the driver may have. */
export interface ReplyRoom {
  /** The bytes of rows that are asked for. The reply can be somewhat larger, and much larger if a single row is. */
  readonly bytesMax: number;
  /** The bytes of rows that it can have at most. */
  readonly rowBytesMax: number;
  /** Resolves when there is memory for a reply of any size. */
  readonly more: () => Promise<void>;
}

/** The driver passes nothing through that would say for which statement it calls. */
const roomOfCalls = new AsyncLocalStorage<ReplyRoom>();

/** Runs `calls` of the driver, each of whose replies has this room. */
export function withinRoom<T>(room: ReplyRoom, calls: () => Promise<T>): Promise<T> {
  return roomOfCalls.run(room, calls);
}

/** The room of the call that is being made. */
export function roomForReply(): ReplyRoom | undefined {
  return roomOfCalls.getStore();
}
