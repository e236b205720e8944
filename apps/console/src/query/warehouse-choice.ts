import { keptText } from "../shell/kept-text.ts";

/** The id of the warehouse that this browser's queries run on. Undefined: the gateway's own choice. */
export const warehouseChoice = keptText("front-door.warehouse");
