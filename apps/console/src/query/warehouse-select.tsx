import { Select } from "@base-ui/react/select";
import type { Api } from "@front-door/api-client";
import { mutationOptions, queryOptions } from "@front-door/api-client/tanstack-query";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Check, ChevronDown, Power } from "lucide-react";
import { frontDoor } from "../shell/front-door.ts";
import popup from "./popup.module.css";
import styles from "./query-toolbar.module.css";
import { warehouseChoice } from "./warehouse-choice.ts";

const list = queryOptions(frontDoor, "listWarehouses");
const words: Readonly<Record<string, string>> = {
  RUNNING: "Running",
  STOPPED: "Stopped",
  STARTING: "Starting",
  STOPPING: "Stopping",
  DELETING: "Being deleted",
  DELETED: "Deleted",
};

/** As much of a warehouse as is shown. Of one that is not in the list, its id is all that is known. */
interface Shown extends Pick<Api.Warehouse, "id" | "name"> {
  readonly state?: string | undefined;
}

/** Which warehouse queries run on, what state it is in, and a button that starts it. */
export function WarehouseSelect() {
  const chosenId = warehouseChoice.use();
  const { data, error, refetch } = useQuery({
    ...list,
    // A warehouse that changes its state is watched.
    refetchInterval: ({ state }) => (state.data?.warehouses?.some(isChanging) ? 2_000 : 30_000),
  });
  const warehouses = data?.warehouses ?? [];
  const listed = warehouses.find(({ id }) => id === chosenId);
  // What is chosen is what will be used, whether or not the list has it.
  const unlisted: Shown | undefined =
    chosenId === undefined || listed !== undefined
      ? undefined
      : { id: chosenId, name: chosenId, state: data === undefined ? undefined : "Not in the list" };
  const chosen: Shown | undefined = listed ?? unlisted;
  return (
    <>
      <StartButton warehouse={chosen} onSettled={refetch} />
      {error !== null && <span role="alert">The warehouses could not be listed: {error.message}</span>}
      <Select.Root value={chosen?.id ?? ""} onValueChange={(id) => warehouseChoice.set(id || undefined)}>
        <Select.Trigger className={`button ${styles["warehouse"]}`} aria-label="Warehouse">
          <Select.Value>{() => <Entry warehouse={chosen} />}</Select.Value>
          <ChevronDown size={16} aria-hidden />
        </Select.Trigger>
        <Select.Portal>
          <Select.Positioner
            sideOffset={4}
            align="end"
            alignItemWithTrigger={false}
            className={popup["positioner"]}
          >
            <Select.Popup className={popup["popup"]}>
              {[undefined, ...(unlisted === undefined ? [] : [unlisted]), ...warehouses].map((warehouse) => (
                <Item key={warehouse?.id ?? ""} warehouse={warehouse} />
              ))}
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
    </>
  );
}

interface StartButtonProps extends WarehouseProps {
  readonly onSettled: () => unknown;
}

function StartButton({ warehouse, onSettled }: StartButtonProps) {
  const start = useMutation({ ...mutationOptions(frontDoor, "startWarehouse"), onSettled });
  return (
    <>
      {warehouse?.state === "STOPPED" && (
        <button
          type="button"
          className="button"
          disabled={start.isPending}
          onClick={() => start.mutate({ warehouse_id: warehouse.id })}
        >
          <Power size={16} aria-hidden />
          Start
        </button>
      )}
      {start.error !== null && <span role="alert">{start.error.message}</span>}
    </>
  );
}

interface WarehouseProps {
  /** Undefined: the gateway's own choice. */
  readonly warehouse: Shown | undefined;
}

function Item({ warehouse }: WarehouseProps) {
  return (
    <Select.Item value={warehouse?.id ?? ""} className={popup["item"]}>
      <Select.ItemText className={styles["entry"]}>
        <Entry warehouse={warehouse} />
      </Select.ItemText>
      <Select.ItemIndicator>
        <Check size={16} aria-hidden />
      </Select.ItemIndicator>
    </Select.Item>
  );
}

function Entry({ warehouse }: WarehouseProps) {
  if (warehouse === undefined)
    return (
      <span className={styles["entry"]}>
        <span className={styles["name"]}>
          Default<span className="wide"> warehouse</span>
        </span>
      </span>
    );
  const { name, state } = warehouse;
  return (
    <span className={styles["entry"]}>
      <span className={styles["dot"]} data-state={state} aria-hidden />
      <span className={styles["name"]}>{name}</span>
      {state !== undefined && <span className="muted">{words[state] ?? state}</span>}
    </span>
  );
}

function isChanging({ state }: Api.Warehouse): boolean {
  return state === "STARTING" || state === "STOPPING";
}
