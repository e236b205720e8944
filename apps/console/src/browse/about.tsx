import styles from "./browse.module.css";

interface AboutProps {
  readonly owner?: string | undefined;
  /** In milliseconds since 1970, as Databricks has them. */
  readonly created_at?: number | undefined;
  readonly created_by?: string | undefined;
  readonly updated_at?: number | undefined;
  readonly updated_by?: string | undefined;
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** Whose it is, and since when. */
export function About({ owner, created_at, created_by, updated_at, updated_by }: AboutProps) {
  const facts = [
    ["Owner", owner],
    ["Created", at(created_at, created_by)],
    ["Updated", at(updated_at, updated_by)],
  ] as const;
  return (
    <dl className={styles["about"]}>
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

function at(time: number | undefined, by: string | undefined): string | undefined {
  if (time === undefined) return undefined;
  return by === undefined ? day.format(time) : `${day.format(time)} by ${by}`;
}
