// The way to the daemon: HTTP over its socket, on connections that stay open.

import http from "node:http";
import path from "node:path";

/** A call that was not made, or did not come back. `kind` is what the daemon's page of errors lists. */
export class CallError extends Error {
  constructor(message, { kind = "daemon", path, hint, status, limit, value } = {}) {
    super(hint ? `${message} (${hint})` : message);
    this.name = "CallError";
    Object.assign(this, { kind, path, hint, status, limit, value });
  }
}

/** Where the command line finds the daemon, too. */
export function usualHost() {
  if (process.env.SAMPAN_HOST) return process.env.SAMPAN_HOST;
  if (process.getuid?.() === 0) return "unix:///run/sampan/sampan.sock";
  const folder = process.env.XDG_RUNTIME_DIR;
  if (folder && path.isAbsolute(folder)) return `unix://${folder}/sampan/sampan.sock`;
  throw new CallError("nothing says where the daemon is: set SAMPAN_HOST to unix:///PATH");
}

export class Connection {
  #agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
  #socket;

  constructor(host = usualHost()) {
    if (!host.startsWith("unix://")) {
      throw new CallError(`\`${host}\` is no address of a daemon's socket: write unix:///PATH`);
    }
    this.#socket = host.slice("unix://".length);
  }

  /** Sends a request and gives status and body. */
  send(method, target, body) {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    return new Promise((resolve, reject) => {
      const options = { socketPath: this.#socket, agent: this.#agent, method, path: target, headers };
      const request = http.request(options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => resolve({
          status: response.statusCode,
          text: Buffer.concat(parts).toString("utf8"),
        }));
      });
      request.on("error", (error) => {
        const message = `the daemon at ${this.#socket} does not answer: ${error.message}`;
        reject(new CallError(message, { hint: "start it with `sampan daemon`" }));
      });
      request.end(text);
    });
  }

  /** The document that a request gives; what fails is thrown. */
  async json(method, target, body) {
    const { status, text } = await this.send(method, target, body);
    let document;
    try {
      document = text === "" ? undefined : JSON.parse(text);
    } catch {
      document = { message: text };
    }
    if (status < 400) return document;
    throw new CallError(document?.message ?? `the daemon answered with ${status}`, {
      ...document?.error,
      status,
    });
  }

  close() {
    this.#agent.destroy();
  }
}
