import { ThriftFormatError, type ThriftReader, type ThriftWriter, WIRE } from "./binary-protocol.ts";

/** How a value is read and written. The TypeScript types of the structs follow from it. */
export interface ThriftType<Value> {
  readonly wire: number;
  read(input: ThriftReader): Value;
  write(output: ThriftWriter, value: Value): void;
}

export type ValueOf<Type> = Type extends ThriftType<infer Value> ? Value : never;

export const bool: ThriftType<boolean> = {
  wire: WIRE.bool,
  read: (input) => input.byte() !== 0,
  write: (output, value) => output.byte(value ? 1 : 0),
};

export const byte: ThriftType<number> = {
  wire: WIRE.byte,
  read: (input) => input.byte(),
  write: (output, value) => output.byte(value),
};

export const i16: ThriftType<number> = {
  wire: WIRE.i16,
  read: (input) => input.i16(),
  write: (output, value) => output.i16(value),
};

export const i32: ThriftType<number> = {
  wire: WIRE.i32,
  read: (input) => input.i32(),
  write: (output, value) => output.i32(value),
};

/** A BIGINT of a result. */
export const long: ThriftType<bigint> = {
  wire: WIRE.i64,
  read: (input) => input.i64(),
  write: (output, value) => output.i64(value),
};

/** A number suffices: nothing that this protocol counts comes near 2^53. */
export const i64: ThriftType<number> = {
  wire: WIRE.i64,
  read: (input) => Number(input.i64()),
  write: (output, value) => output.i64(BigInt(value)),
};

export const double: ThriftType<number> = {
  wire: WIRE.double,
  read: (input) => input.double(),
  write: (output, value) => output.double(value),
};

export const string: ThriftType<string> = {
  wire: WIRE.string,
  read: (input) => input.binary().toString("utf8"),
  write: (output, value) => output.binary(Buffer.from(value, "utf8")),
};

/** On the wire the same as a string. */
export const binary: ThriftType<Uint8Array> = {
  wire: WIRE.string,
  read: (input) => input.binary(),
  write: (output, value) => output.binary(value),
};

export function list<Item>(item: ThriftType<Item>): ThriftType<Item[]> {
  return {
    wire: WIRE.list,
    read(input) {
      requireWire(input.byte(), item.wire);
      return Array.from({ length: input.size() }, () => item.read(input));
    },
    write(output, values) {
      output.byte(item.wire);
      output.i32(values.length);
      for (const value of values) item.write(output, value);
    },
  };
}

/** A struct that contains structs of its own kind, at most `DEPTH_MAX` deep. */
export function nested<Value>(type: () => ThriftType<Value>): ThriftType<Value> {
  let depth = 0;
  return {
    wire: WIRE.struct,
    read(input) {
      if (depth >= DEPTH_MAX) throw new ThriftFormatError("The message is nested too deeply.");
      depth += 1;
      try {
        return type().read(input);
      } finally {
        depth -= 1;
      }
    },
    write: (output, value) => type().write(output, value),
  };
}

/** A map with string keys, the only kind that the service uses. */
export function map<Item>(item: ThriftType<Item>): ThriftType<Map<string, Item>> {
  return {
    wire: WIRE.map,
    read(input) {
      const [key, value] = [input.byte(), input.byte()];
      const entries = new Map<string, Item>();
      const size = input.size();
      if (size === 0) return entries;
      requireWire(key, WIRE.string);
      requireWire(value, item.wire);
      for (let at = 0; at < size; at += 1) entries.set(string.read(input), item.read(input));
      return entries;
    },
    write(output, entries) {
      output.byte(WIRE.string);
      output.byte(item.wire);
      output.i32(entries.size);
      for (const [key, value] of entries) {
        string.write(output, key);
        item.write(output, value);
      }
    },
  };
}

type Fields = Record<string, readonly [id: number, type: ThriftType<unknown>]>;
type StructOf<F extends Fields> = {
  -readonly [Name in keyof F]?: ValueOf<F[Name][1]> | undefined;
};

/** Every field is optional, as on the wire. Unknown fields are skipped. */
export function struct<const F extends Fields>(fields: F): ThriftType<StructOf<F>> {
  const byId = new Map(Object.entries(fields).map(([name, [id, type]]) => [id, { name, type }]));
  return {
    wire: WIRE.struct,
    read(input) {
      const value: Record<string, unknown> = {};
      for (let wire = input.byte(); wire !== WIRE.stop; wire = input.byte()) {
        const field = byId.get(input.i16());
        if (field?.type.wire === wire) value[field.name] = field.type.read(input);
        else skip(input, wire);
      }
      return value as StructOf<F>;
    },
    write(output, value) {
      for (const [name, [id, type]] of Object.entries(fields)) {
        const one = value[name];
        if (one === undefined) continue;
        output.byte(type.wire);
        output.i16(id);
        type.write(output, one);
      }
      output.byte(WIRE.stop);
    },
  };
}

function requireWire(given: number, expected: number): void {
  if (given !== expected) throw new ThriftFormatError(`Wire type ${given} came instead of ${expected}.`);
}

const DEPTH_MAX = 32;

function skip(input: ThriftReader, wire: number, depth = 0): void {
  if (depth > DEPTH_MAX) throw new ThriftFormatError("The message is nested too deeply.");
  switch (wire) {
    case WIRE.bool:
    case WIRE.byte:
      input.byte();
      return;
    case WIRE.i16:
      input.i16();
      return;
    case WIRE.i32:
      input.i32();
      return;
    case WIRE.double:
    case WIRE.i64:
      input.i64();
      return;
    case WIRE.string:
      input.binary();
      return;
    case WIRE.struct:
      for (let field = input.byte(); field !== WIRE.stop; field = input.byte()) {
        input.i16();
        skip(input, field, depth + 1);
      }
      return;
    case WIRE.list:
    case WIRE.set: {
      const item = input.byte();
      for (let left = input.size(); left > 0; left -= 1) skip(input, item, depth + 1);
      return;
    }
    case WIRE.map: {
      const [key, value] = [input.byte(), input.byte()];
      for (let left = input.size(); left > 0; left -= 1) {
        skip(input, key, depth + 1);
        skip(input, value, depth + 1);
      }
      return;
    }
    default:
      throw new ThriftFormatError(`Wire type ${wire} does not exist.`);
  }
}
