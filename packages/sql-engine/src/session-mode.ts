import { AsyncLocalStorage } from "node:async_hooks";
import { SqlError } from "./sql-error.ts";
import { parseTimeZone, type TimeZone, UTC } from "./time-zone.ts";

/** The settings of a session on which the translation of nearly every expression depends. */
export interface SessionMode {
  /** Whether an invalid value fails rather than becoming NULL. */
  ansi: boolean;
  zone: TimeZone;
}

const DEFAULT_MODE: SessionMode = { ansi: true, zone: UTC };

const modes = new AsyncLocalStorage<SessionMode>();

/** Runs `work`, and what it waits for, in a mode. */
export const withMode = <Result>(mode: SessionMode, work: () => Result): Result => modes.run(mode, work);

/** The mode of the statement, or of the view, that is being translated. */
export const sessionMode = (): SessionMode => modes.getStore() ?? DEFAULT_MODE;

/** DuckDB text that fails in ANSI mode, and is NULL in the other. */
export const failOrNull = (failure: string): string => (sessionMode().ansi ? failure : "NULL");

/** Runs `work` in ANSI mode, for what is checked in both modes. */
export const inAnsiMode = <Result>(work: () => Result): Result =>
  sessionMode().ansi ? work() : withMode({ ...sessionMode(), ansi: true }, work);

/** The mode that a session's settings state. */
export function modeOf(settings: ReadonlyMap<string, string>, regions: ReadonlySet<string>): SessionMode {
  const zone = settings.get("timezone");
  return {
    ansi: settings.get("ansi_mode")?.toLowerCase() !== "false",
    zone: zone === undefined ? UTC : requireTimeZone(zone, regions),
  };
}

/** The settings that state a mode, without those that have their default. */
export function settingsOf({ ansi, zone }: SessionMode): Record<string, string> {
  return { ...(ansi ? {} : { ansi_mode: "false" }), ...(zone.id === UTC.id ? {} : { timezone: zone.id }) };
}

/** Throws INVALID_CONF_VALUE.TIME_ZONE if there is no such zone. */
export function requireTimeZone(value: string, regions: ReadonlySet<string>): TimeZone {
  const zone = parseTimeZone(value, regions);
  if (zone !== undefined) return zone;
  throw new SqlError(
    "INVALID_CONF_VALUE.TIME_ZONE",
    `The value '${value}' in the config "timezone" is invalid. Cannot resolve the given timezone.`,
  );
}
