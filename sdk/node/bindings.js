#!/usr/bin/env node
// Types of an image's functions for TypeScript: `sampan-bindings IMAGE > nlp.d.ts`, and then
// `const nlp = await load<Exports>("IMAGE")`.

import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Connection } from "./connection.js";
import { camel, interfaceName, pascal } from "./names.js";

const PLAIN = {
  bool: "boolean", string: "string", char: "string", s64: "bigint", u64: "bigint",
  s8: "number", u8: "number", s16: "number", u16: "number", s32: "number", u32: "number", f32: "number", f64: "number",
};

/** A type of WIT, as what `values.js` makes of it. Records and variants have no names in a component, so they are written out. */
export function typeScript(type) {
  if (type === null) return "void";
  if (typeof type === "string") return PLAIN[type] ?? "unknown";
  const [[kind, of]] = Object.entries(type);
  const property = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
  switch (kind) {
    case "list":
      return of === "u8" ? "Uint8Array" : `Array<${typeScript(of)}>`;
    case "tuple":
      return `[${of.map(typeScript).join(", ")}]`;
    case "record":
      return `{ ${of.map(({ name, type: inner }) => field(property(camel(name)), inner)).join("; ")} }`;
    case "option":
      return of.option === undefined
        ? `${typeScript(of)} | undefined`
        : `{ tag: "some"; val: ${typeScript(of)} } | { tag: "none" }`;
    case "variant":
      return of.map(({ name, type: inner }) => tagged(name, inner)).join(" | ");
    case "result":
      return `${tagged("ok", of.ok)} | ${tagged("err", of.err)}`;
    case "enum":
      return of.map((name) => JSON.stringify(name)).join(" | ");
    case "flags":
      return `{ ${of.map((name) => `${property(camel(name))}: boolean`).join("; ")} }`;
    case "map":
      return `Map<${typeScript(of[0])}, ${typeScript(of[1])}>`;
    case "own":
    case "borrow":
      return pascal(of);
    default:
      return "unknown";
  }
}

function field(name, type) {
  const optional = type?.option !== undefined && type.option?.option === undefined;
  return optional ? `${name}?: ${typeScript(type.option)}` : `${name}: ${typeScript(type)}`;
}

function tagged(name, type) {
  const tag = `tag: ${JSON.stringify(name)}`;
  return type === null ? `{ ${tag} }` : `{ ${tag}; val: ${typeScript(type)} }`;
}

function signature(fn, skipped = 0) {
  const params = fn.params.slice(skipped);
  const needed = params.reduce((last, { type }, i) => (type?.option === undefined ? i + 1 : last), 0);
  const shown = params.map(({ name, type }, i) => `${camel(name)}${i < needed ? "" : "?"}: ${typeScript(type)}`);
  const result = fn.result?.result ? fn.result.result.ok : fn.result;
  const lines = fn.result?.result ? [`/** Throws ComponentError<${typeScript(fn.result.result.err)}> */`] : [];
  return { lines, text: `(${shown.join(", ")}): Promise<${typeScript(result)}>` };
}

/** The declarations of functions that the daemon described. */
export function bindings(functions) {
  const places = new Map([[null, []]]);
  for (const fn of functions) {
    if (!places.has(fn.interface)) places.set(fn.interface, []);
    places.get(fn.interface).push(fn);
  }
  const out = ["// Made by sampan-bindings.", ""];
  const exports = [];
  for (const [place, all] of places) {
    const { classes, members } = declared(all);
    out.push(...classes);
    if (place === null) {
      exports.push(...members.map((line) => `  ${line}`));
    } else {
      exports.push(`  ${interfaceName(place)}: {`, ...members.map((line) => `    ${line}`), "  };");
    }
  }
  return [...out, "export interface Exports {", ...exports, "}", ""].join("\n");
}

function declared(functions) {
  const members = [];
  const resources = new Map();
  for (const fn of functions) {
    if (fn.kind === "function") {
      const { lines, text } = signature(fn);
      members.push(...lines, `${camel(fn.name)}${text};`);
      continue;
    }
    const [resource, method] = fn.name.split(".");
    if (!resources.has(resource)) resources.set(resource, { own: [], of: [] });
    const { own, of } = resources.get(resource);
    const { lines, text } = signature(fn, fn.kind === "method" ? 1 : 0);
    if (fn.kind === "method") own.push(...lines, `${camel(method)}${text};`);
    else of.push(...lines, `${fn.kind === "constructor" ? "create" : camel(method)}${text};`);
  }
  const classes = [];
  for (const [resource, { own, of }] of resources) {
    const name = pascal(resource);
    classes.push(`export interface ${name} {`, ...own.map((line) => `  ${line}`), "}", "");
    members.push(`${name}: {`, ...of.map((line) => `  ${line}`), "};");
  }
  return { classes, members };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const image = process.argv[2];
  if (!image) {
    console.error("error: no image is named\nhint: sampan-bindings IMAGE > types.d.ts");
    process.exit(2);
  }
  const connection = new Connection();
  try {
    const target = `/sampan/v1/images/${encodeURIComponent(image)}/functions`;
    process.stdout.write(bindings(await connection.json("GET", target)));
  } catch (error) {
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
  connection.close();
}
