/** Where the daemon is, and what the functions get. Any of the grants and limits makes a container for this object alone. */
export interface LoadOptions {
  /** `unix:///PATH`; else as the command line finds it. */
  host?: string;
  /** How long a call may take, in milliseconds. */
  timeout?: number;
  env?: Record<string, string>;
  /** Most linear memory, in bytes. */
  memory?: number;
  /** Share of processors. */
  cpus?: number;
  /** `SOURCE:TARGET[:ro]` */
  volumes?: string[];
  network?: string;
  /** `wasm.net=HOST:PORT`, `wasm.http=HOST`, `wasm.limit=NAME=VALUE` */
  securityOpt?: string[];
}

/** What every loaded image has beside its functions. */
export interface Handle<T> {
  /** The same functions in an instance that stays, and in which resources live. */
  session(): Loaded<T>;
  /** Ends the session, or removes the container that was made for this object. */
  close(): Promise<void>;
}

export type Loaded<T> = T & Handle<T>;

/** Loads an image; `T` says the type of its functions. */
export function load<T = any>(image: string, options?: LoadOptions): Promise<Loaded<T>>;

/** The error that a function answered with. */
export class ComponentError<E = unknown> extends Error {
  payload: E;
}

/** A call that was not made, or did not come back. */
export class CallError extends Error {
  kind: string;
  path?: string;
  hint?: string;
  status?: number;
  limit?: string;
}
