export interface Point {
  readonly hours: number;
  readonly value: number;
}

/** By how much the value grows in an hour, by least squares; undefined for fewer than three points. */
export function slopePerHour(points: readonly Point[]): number | undefined {
  if (points.length < 3) return undefined;
  const meanHours = mean(points.map(({ hours }) => hours));
  const meanValue = mean(points.map(({ value }) => value));
  let [products, squares] = [0, 0];
  for (const { hours, value } of points) {
    products += (hours - meanHours) * (value - meanValue);
    squares += (hours - meanHours) ** 2;
  }
  return squares === 0 ? undefined : products / squares;
}

/** The least value of each two minutes: of a heap, what is left after a collection. Half a span has no value of its own. */
export function leastOfTwoMinutes(points: readonly Point[]): Point[] {
  const spans = [...Map.groupBy(points, ({ hours }) => Math.floor(hours * 30)).values()];
  const most = Math.max(...spans.map(({ length }) => length));
  return spans
    .filter(({ length }) => length > most / 2)
    .map((span) => span.reduce((least, point) => (point.value < least.value ? point : least)));
}

/**
 * The longest stretch of one process, without its warm-up: the first third, in which caches fill and the heap finds its size.
 * A process that was started again begins anew.
 */
export function longestRun<Sample extends { readonly pid: number }>(samples: readonly Sample[]): Sample[] {
  const runs = new Map<number, Sample[]>();
  for (const sample of samples) runs.set(sample.pid, [...(runs.get(sample.pid) ?? []), sample]);
  const longest = [...runs.values()].reduce((one, other) => (other.length > one.length ? other : one), []);
  return longest.slice(Math.ceil(longest.length / 3));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
