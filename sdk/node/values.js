// Values of JavaScript to and from the JSON of the daemon's calls, by the types of the functions.

import { CallError } from "./connection.js";
import { camel } from "./names.js";

const kind = (type) => (typeof type === "string" ? type : Object.keys(type)[0]);
const isBytes = (type) => kind(type) === "list" && type.list === "u8";

function wrong(path, wanted, value) {
  const shown = typeof value === "bigint" ? `${value}n` : JSON.stringify(value);
  return new CallError(`\`${path}\` is ${wanted}, and not ${shown}`, { kind: "bad-argument", path });
}

/** What is sent for a value. */
export function lower(value, type, path) {
  switch (kind(type)) {
    case "s64":
    case "u64":
      if (typeof value !== "bigint" && !Number.isSafeInteger(value)) throw wrong(path, type, value);
      return value.toString();
    case "f32":
    case "f64":
      if (typeof value !== "number") throw wrong(path, type, value);
      if (Number.isNaN(value)) return "nan";
      if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
      return value;
    case "list": {
      if (isBytes(type) && (value instanceof Uint8Array || value instanceof ArrayBuffer)) {
        return Buffer.from(value).toString("base64");
      }
      if (!Array.isArray(value)) throw wrong(path, "a list", value);
      return value.map((item, i) => lower(item, type.list, `${path}[${i}]`));
    }
    case "tuple":
      if (!Array.isArray(value) || value.length !== type.tuple.length) throw wrong(path, "a tuple", value);
      return value.map((item, i) => lower(item, type.tuple[i], `${path}[${i}]`));
    case "record": {
      if (value === null || typeof value !== "object") throw wrong(path, "a record", value);
      const record = {};
      for (const field of type.record) {
        const name = camel(field.name);
        if (value[name] === undefined && kind(field.type) === "option") continue;
        record[field.name] = lower(value[name], field.type, `${path}.${name}`);
      }
      return record;
    }
    case "option":
      if (kind(type.option) === "option") {
        if (value === undefined || value === null || value.tag === "none") return null;
        return { some: lower(value.val, type.option, `${path}.some`) };
      }
      return value === undefined || value === null ? null : lower(value, type.option, path);
    case "variant": {
      const found = type.variant.find((one) => one.name === value?.tag);
      if (!found) throw wrong(path, `one of ${type.variant.map((one) => one.name).join(", ")}`, value);
      if (found.type === null) return found.name;
      return { [found.name]: lower(value.val, found.type, `${path}.${found.name}`) };
    }
    case "result": {
      const held = type.result[value?.tag];
      if (value?.tag !== "ok" && value?.tag !== "err") throw wrong(path, "{tag: 'ok' or 'err', val}", value);
      return { [value.tag]: held === null ? null : lower(value.val, held, `${path}.${value.tag}`) };
    }
    case "flags":
      if (value === null || typeof value !== "object") throw wrong(path, "an object of flags", value);
      return type.flags.filter((name) => value[camel(name)]);
    case "map":
      return [...value].map(([k, v]) => [lower(k, type.map[0], path), lower(v, type.map[1], path)]);
    case "own":
    case "borrow":
      if (!Number.isSafeInteger(value?.handle)) throw wrong(path, `a ${type.own ?? type.borrow}`, value);
      return { resource: value.handle };
    default:
      // A value that JSON does not have would vanish on its way.
      if (value === undefined) throw wrong(path, kind(type), value);
      return value;
  }
}

/** The value that was sent. `resource` makes an object of a resource's name and number. */
export function lift(json, type, resource) {
  if (type === null) return undefined;
  const inner = (value, of) => lift(value, of, resource);
  switch (kind(type)) {
    case "s64":
    case "u64":
      return BigInt(json);
    case "f32":
    case "f64":
      return typeof json === "number" ? json : { nan: NaN, inf: Infinity, "-inf": -Infinity }[json];
    case "list":
      return isBytes(type) ? new Uint8Array(Buffer.from(json, "base64")) : json.map((item) => inner(item, type.list));
    case "tuple":
      return json.map((item, i) => inner(item, type.tuple[i]));
    case "record":
      return Object.fromEntries(type.record.map((f) => [camel(f.name), inner(json[f.name], f.type)]));
    case "option":
      if (kind(type.option) === "option") {
        return json === null ? { tag: "none" } : { tag: "some", val: inner(json.some, type.option) };
      }
      return json === null ? undefined : inner(json, type.option);
    case "variant": {
      if (typeof json === "string") return { tag: json };
      const [[tag, val]] = Object.entries(json);
      return { tag, val: inner(val, type.variant.find((one) => one.name === tag).type) };
    }
    case "result": {
      const [[tag, val]] = Object.entries(json);
      return { tag, val: inner(val, type.result[tag]) };
    }
    case "flags":
      return Object.fromEntries(type.flags.map((name) => [camel(name), json.includes(name)]));
    case "map":
      return new Map(json.map(([k, v]) => [inner(k, type.map[0]), inner(v, type.map[1])]));
    case "own":
    case "borrow":
      return resource(type.own ?? type.borrow, json.resource);
    default:
      return json;
  }
}
