import { mutationOptions, queryOptions } from "@front-door/api-client/tanstack-query";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";
import { ErrorView } from "../shell/error-view.tsx";
import { frontDoor } from "../shell/front-door.ts";
import page from "../shell/page.module.css";
import styles from "./status.module.css";

const setting = queryOptions(frontDoor, "getUcSchema");

/** The schema of queries that name none, which everybody who uses this front door shares. */
export function UcSchema() {
  const id = useId();
  const cache = useQueryClient();
  const stored = useQuery(setting);
  const save = useMutation({
    ...mutationOptions(frontDoor, "putUcSchema"),
    onSuccess: (saved) => cache.setQueryData(setting.queryKey, saved),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const schema = (new FormData(event.currentTarget).get("schema") as string).trim();
    save.mutate({ schema });
  };
  return (
    <section className={page["section"]}>
      <h2>
        <label htmlFor={id}>Schema of this installation</label>
      </h2>
      {stored.error !== null && <ErrorView error={stored.error} asksAgain />}
      {stored.data !== undefined && (
        <form className={styles["setting"]} onSubmit={submit}>
          <input
            id={id}
            name="schema"
            className="input"
            defaultValue={stored.data.schema ?? ""}
            key={stored.data.schema}
            placeholder="catalog.schema"
            spellCheck={false}
            autoComplete="off"
            required
            aria-describedby={`${id}-about`}
          />
          <button type="submit" className="button" disabled={save.isPending}>
            Save
          </button>
        </form>
      )}
      <p className="muted" id={`${id}-about`}>
        Queries that name no schema run in it. All users of this front door share it.
      </p>
      <p role="status" className={styles["saved"]}>
        {save.isSuccess && `Saved: ${save.data.schema}`}
      </p>
      {save.error !== null && <ErrorView error={save.error} />}
    </section>
  );
}
