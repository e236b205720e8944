import type { SqlParameter } from "@front-door/operations";
import { DBSQLParameter } from "./driver.ts";
import { typedParameter } from "./typed-parameter.ts";

type Parameters = Readonly<Record<string, SqlParameter>> | readonly SqlParameter[];

/** The driver's parameters. They are sent beside the statement and never become part of its text. */
export function toDriverParameters(params: Parameters | undefined): {
  namedParameters?: Record<string, InstanceType<typeof DBSQLParameter>>;
  ordinalParameters?: InstanceType<typeof DBSQLParameter>[];
} {
  if (params === undefined) return {};
  if (isPositional(params)) return { ordinalParameters: params.map(toDriverParameter) };
  const named = Object.entries(params).map(([name, value]) => [name, toDriverParameter(value)] as const);
  return { namedParameters: Object.fromEntries(named) };
}

function isPositional(params: Parameters): params is readonly SqlParameter[] {
  return Array.isArray(params);
}

function toDriverParameter(parameter: SqlParameter): InstanceType<typeof DBSQLParameter> {
  const { value, type } = typedParameter(parameter);
  // The driver passes a string with a type on unchanged. Its enum of types has no DECIMAL with a precision, hence the cast.
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
  return new DBSQLParameter({ value, type: type as NonNullable<DriverType> });
}

type DriverType = ConstructorParameters<typeof DBSQLParameter>[0]["type"];
