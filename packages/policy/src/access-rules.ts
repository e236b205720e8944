import { OperationError, type SignInMode } from "@front-door/operations";
import { type Watched, watchFileFor } from "@front-door/service-runtime";
import type { Logger } from "pino";
import { type AccessRule, readAccessFile, type Who } from "./access-file.ts";

/** How the caller signed in; `internal` is a program that calls the gateway itself. */
export type CallerMode = SignInMode | "internal";

/** A caller as the rules see it. */
export interface AccessCaller {
  readonly mode: CallerMode;
  readonly name: string;
  /** From a JWT that the front door has verified, or from Databricks. */
  readonly groups: readonly string[];
}

/** The rules of `ACCESS_FILE`, which is read again within a second of a change. */
export class AccessRules {
  readonly #rules: Watched<readonly AccessRule[]>;

  /** Throws if the file cannot be read at the start. */
  constructor(file: string, logger: Logger) {
    this.#rules = watchFileFor({ setting: "ACCESS_FILE", file, parse: readAccessFile, logger });
  }

  /** The first rule that is for the caller. */
  find(caller: AccessCaller): AccessRule | undefined {
    return firstRuleFor(caller, this.#rules.current);
  }

  /** The first rule that is for the caller. Throws OPERATION_NOT_ALLOWED if none is. */
  ruleOf(caller: AccessCaller): AccessRule {
    const rule = this.find(caller);
    if (rule !== undefined) return rule;
    throw noRule(caller);
  }

  close(): void {
    this.#rules.close();
  }
}

export function firstRuleFor(caller: AccessCaller, rules: readonly AccessRule[]): AccessRule | undefined {
  return rules.find(
    ({ modes, who }) =>
      (modes === undefined || modes.some((mode) => mode === caller.mode)) &&
      who.some((each) => isMeant(each, caller)),
  );
}

export function noRule({ name, mode }: AccessCaller): OperationError {
  return new OperationError("OPERATION_NOT_ALLOWED", `no rule of ACCESS_FILE is for ${name} (${mode})`);
}

/** A person and a key may have the same name, and a program that calls the gateway itself may give any name. */
function isMeant(who: Who, { mode, name, groups }: AccessCaller): boolean {
  if (mode === "internal") return who.kind === "internal";
  switch (who.kind) {
    case "everyone":
      return true;
    case "key":
      return mode === "api-key" && name === who.name;
    case "user":
      return mode !== "api-key" && mode !== "none" && name === who.name;
    case "group":
      return groups.includes(who.name);
    case "internal":
      return false;
  }
}
