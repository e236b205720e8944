const secondsPerDay = 86_400;

/**
 * `YYYY-MM-DD` for a day counted from 1970-01-01, in the proleptic Gregorian calendar. A year outside 0 to 9999 has a sign and
 * six digits. JavaScript's `Date` does not reach all of Spark's years.
 */
export function dateText(epochDay: number): string {
  // Howard Hinnant's civil_from_days: eras of 400 years that begin on 1 March.
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return `${yearText(yearOfEra + era * 400 + (month <= 2 ? 1 : 0))}-${padded(month)}-${padded(day)}`;
}

function yearText(year: number): string {
  if (year >= 0 && year <= 9_999) return padded(year, 4);
  return `${year < 0 ? "-" : "+"}${padded(Math.abs(year), 6)}`;
}

/** `YYYY-MM-DDTHH:MM:SS` for a second counted from 1970-01-01T00:00:00. */
export function dateTimeText(epochSecond: number): string {
  const day = Math.floor(epochSecond / secondsPerDay);
  return `${dateText(day)}T${timeText(epochSecond - day * secondsPerDay)}`;
}

/** `HH:MM:SS` for 0 ≤ `second` < 86,400. */
export function timeText(second: number): string {
  return [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60]
    .map((part) => padded(part))
    .join(":");
}

function padded(value: number, digits = 2): string {
  return String(value).padStart(digits, "0");
}
