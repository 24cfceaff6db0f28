// Functions of WebAssembly components, called through the Sampan daemon.
//
//   const nlp = await load("registry.example.com/nlp:1");
//   console.log(await nlp.analyze("some text", { depth: 3 }));

import { randomUUID } from "node:crypto";
import { CallError, Connection } from "./connection.js";
import { camel, interfaceName, pascal } from "./names.js";
import { lift, lower } from "./values.js";

export { CallError } from "./connection.js";

/** The error that a function answered with: its value is the `payload`. */
export class ComponentError extends Error {
  constructor(payload) {
    super(typeof payload === "string" ? payload : `the function answered with an error`);
    this.name = "ComponentError";
    this.payload = payload;
  }
}

const OWN = ["env", "memory", "cpus", "volumes", "network", "securityOpt"];

/** Loads an image. With grants or limits in `options` it gets a container of its own, which `close()` removes. */
export async function load(image, options = {}) {
  const connection = new Connection(options.host);
  const own = OWN.some((name) => options[name] !== undefined);
  const place = own ? await ownContainer(connection, image, options) : `images/${encodeURIComponent(image)}`;
  const target = `/sampan/v1/${place}`;
  const functions = await present(connection, image, () => connection.json("GET", `${target}/functions`));
  return new Loaded({ connection, target, functions, timeout: options.timeout ?? 0, own: own && place }).shape();
}

/** Does it, and once again behind a pull where the image is not here. */
async function present(connection, image, work) {
  try {
    return await work();
  } catch (error) {
    if (error.status !== 404 || !/No such image/i.test(error.message)) throw error;
  }
  const { status, text } = await connection.send("POST", `/images/create?fromImage=${encodeURIComponent(image)}`);
  const failed = text.split("\n").filter(Boolean).map((line) => JSON.parse(line)).find((line) => line.error);
  if (failed || status >= 400) {
    throw new CallError(failed?.error ?? `\`${image}\` cannot be pulled`, { kind: "image", status });
  }
  return work();
}

async function ownContainer(connection, image, options) {
  const { Id } = await present(connection, image, () => connection.json("POST", "/containers/create", {
    Image: image,
    Env: Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      AutoRemove: true,
      Memory: options.memory ?? 0,
      NanoCpus: Math.round((options.cpus ?? 0) * 1e9),
      Binds: options.volumes ?? [],
      NetworkMode: options.network ?? "default",
      SecurityOpt: options.securityOpt ?? [],
    },
  }));
  await connection.json("POST", `/containers/${Id}/start`);
  return `containers/${Id}`;
}

class Loaded {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** The object that callers see: functions, an object for each interface, a class for each resource. */
  shape() {
    const shape = {};
    const place = (name) => (name === null ? shape : (shape[interfaceName(name)] ??= {}));
    for (const fn of this.functions) {
      const at = place(fn.interface);
      if (fn.kind === "function") {
        at[camel(fn.name)] = (...values) => this.call(fn, values);
        continue;
      }
      const [resource, method] = fn.name.split(".");
      const type = (at[pascal(resource)] ??= resourceClass(pascal(resource)));
      if (fn.kind === "constructor") {
        type.create = (...values) => this.call(fn, values);
      } else if (fn.kind === "static") {
        type[camel(method)] = (...values) => this.call(fn, values);
      } else {
        const loaded = this;
        type.prototype[camel(method)] = function (...values) {
          return loaded.call(fn, [this, ...values]);
        };
      }
    }
    this.exports = shape;
    const hidden = (name, value) => Object.defineProperty(shape, name, { value });
    if (!("session" in shape)) hidden("session", () => this.begin());
    if (!("close" in shape)) hidden("close", () => this.close());
    hidden(Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose"), () => this.close());
    return shape;
  }

  async call(fn, values) {
    const body = {
      function: fn.call,
      arguments: fn.params
        .slice(0, Math.max(values.length, needed(fn.params)))
        .map(({ name, type }, i) => lower(values[i], type, camel(name))),
      timeout: this.timeout,
    };
    if (this.name) body.session = this.name;
    const resource = (name, handle) => this.resource(fn, name, handle);
    const result = fn.result?.result ? fn.result.result.ok : fn.result;
    try {
      const { value } = await this.connection.json("POST", `${this.target}/call`, body);
      return lift(value, result, resource);
    } catch (error) {
      if (error.kind !== "failed") throw error;
      throw new ComponentError(lift(error.value, fn.result.result.err, resource));
    }
  }

  resource(fn, name, handle) {
    const at = fn.interface === null ? this.exports : this.exports[interfaceName(fn.interface)];
    const type = at[pascal(name)] ?? resourceClass(pascal(name));
    return Object.assign(Object.create(type.prototype), { handle });
  }

  /** The same functions in an instance that stays, and in which resources live. */
  begin() {
    return new Loaded({ ...this, name: randomUUID(), own: false }).shape();
  }

  async close() {
    if (this.name) {
      await this.connection.json("POST", `${this.target}/call`, { session: this.name, end: true });
    } else {
      if (this.own) await this.connection.json("POST", `/${this.own}/kill`);
      this.connection.close();
    }
  }
}

/** How many arguments must be said: options at the end may be left out. */
function needed(params) {
  const required = params.findLastIndex(({ type }) => !type?.option);
  return required + 1;
}

function resourceClass(name) {
  return { [name]: class {
    constructor() {
      throw new TypeError(`make a ${name} with \`await ${name}.create(…)\`: the guest is another process`);
    }
  } }[name];
}
