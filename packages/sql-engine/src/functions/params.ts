import { unsupported } from "../sql-error.ts";
import { cast } from "../translate/cast.ts";
import { onClock } from "../translate/clock.ts";
import { wrongType } from "../translate/coerce.ts";
import type { Typed } from "../translate/typed.ts";
import {
  array,
  DATE,
  type DataType,
  DOUBLE,
  isDateTime,
  isNumeric,
  type Kind,
  map,
  TIMESTAMP,
  type TypeOf,
  VOID,
} from "../types/data-type.ts";
import type { CallSite } from "./definition.ts";

/** Accepts a number of any type. A STRING becomes a DOUBLE. */
export function numeric(value: Typed, site: CallSite): Typed {
  if (isNumeric(value.type)) return value;
  if (value.type.kind === "string" || value.type.kind === "void") return cast(value, DOUBLE);
  throw wrongType(value.type, "a numeric type", site.name, site.translation, site.node.at);
}

/** Accepts a DATE, TIMESTAMP or TIMESTAMP_NTZ. A STRING becomes a TIMESTAMP. */
export function moment(value: Typed, site: CallSite): Typed {
  if (isDateTime(value.type)) return value;
  if (value.type.kind === "string" || value.type.kind === "void") return cast(value, TIMESTAMP);
  throw wrongType(value.type, "a date or timestamp", site.name, site.translation, site.node.at);
}

/** As `moment`, of which the fields are those of the session's clock. */
export function clock(value: Typed, site: CallSite): Typed {
  return onClock(moment(value, site));
}

export function day(value: Typed, site: CallSite): Typed {
  return cast(moment(value, site), DATE);
}

/** The types of a NULL without a type. */
const NULLS: Partial<Record<Kind, DataType>> = { array: array(VOID), map: map(VOID, VOID) };

/** Requires an argument of exactly one kind of type. A NULL has an array or map of no type. */
export function ofKind<K extends Kind>(
  value: Typed | undefined,
  kind: K,
  site: CallSite,
): Typed & { type: TypeOf<K> } {
  if (value !== undefined && value.type.kind === kind) return value as Typed & { type: TypeOf<K> };
  const empty = value?.type.kind === "void" ? NULLS[kind] : undefined;
  if (value !== undefined && empty !== undefined) return cast(value, empty) as Typed & { type: TypeOf<K> };
  throw wrongType(
    value?.type ?? { kind: "void" },
    kind.toUpperCase(),
    site.name,
    site.translation,
    site.node.at,
  );
}

/** The text of an argument that must be constant here, because the translation needs it, but not on Databricks. */
export function constantText(value: Typed | undefined, what: string, site: CallSite): string {
  if (typeof value?.literal === "string") return value.literal;
  throw unsupported(
    "NON_CONSTANT_ARGUMENT",
    `${site.name} with ${what} that is not a literal`,
    site.translation.position(site.node.at),
  );
}

export function constantInteger(value: Typed | undefined, what: string, site: CallSite): number {
  if (typeof value?.literal === "number") return value.literal;
  throw unsupported(
    "NON_CONSTANT_ARGUMENT",
    `${site.name} with ${what} that is not a literal`,
    site.translation.position(site.node.at),
  );
}
