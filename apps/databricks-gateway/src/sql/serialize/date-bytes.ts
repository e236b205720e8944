import type { JsonBytes } from "./json-bytes.ts";

const dash = 0x2d;
const plus = 0x2b;
const colon = 0x3a;
const secondsPerDay = 86_400;

/**
 * Writes `YYYY-MM-DD` for a day counted from 1970-01-01, in Spark's proleptic Gregorian calendar. A year outside 0 to 9999
 * has a sign and six digits, as in extended ISO 8601. JavaScript's `Date` does not reach all of Spark's years.
 */
export function writeDate(out: JsonBytes, epochDay: number): void {
  // Howard Hinnant's civil_from_days: eras of 400 years that begin on 1 March.
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  writeYear(out, yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
  out.byte(dash);
  out.padded(month, 2);
  out.byte(dash);
  out.padded(dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1, 2);
}

function writeYear(out: JsonBytes, year: number): void {
  if (year >= 0 && year <= 9_999) {
    out.padded(year, 4);
    return;
  }
  out.byte(year < 0 ? dash : plus);
  out.padded(Math.abs(year), 6);
}

/** Writes `HH:MM:SS` for 0 ≤ `second` < 86,400. */
export function writeTime(out: JsonBytes, second: number): void {
  const hours = Math.floor(second / 3_600);
  const minutes = Math.floor((second - hours * 3_600) / 60);
  out.padded(hours, 2);
  out.byte(colon);
  out.padded(minutes, 2);
  out.byte(colon);
  out.padded(second - hours * 3_600 - minutes * 60, 2);
}

/** Writes `YYYY-MM-DDTHH:MM:SS` for a second counted from 1970-01-01T00:00:00. */
export function writeDateTime(out: JsonBytes, epochSecond: number): void {
  const day = Math.floor(epochSecond / secondsPerDay);
  writeDate(out, day);
  out.byte(0x54);
  writeTime(out, epochSecond - day * secondsPerDay);
}
