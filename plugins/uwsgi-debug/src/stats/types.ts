/** What is read of the document of uWSGI's statistics server (core/stats.c of uWSGI 2.0). */
export interface Stats {
  readonly version: string;
  /** Requests that wait to be taken; 0 where the kernel does not tell. */
  readonly listen_queue: number;
  readonly sockets?: readonly { readonly queue: number; readonly max_queue: number }[];
  readonly workers: readonly Worker[];
}

export interface Worker {
  readonly id: number;
  readonly pid: number;
  /** `idle`, `busy`, `cheap`, `pause` or `sigN`. */
  readonly status: string;
  readonly requests: number;
  readonly exceptions: number;
  readonly harakiri_count: number;
  /** Bytes; 0 unless the server runs with --memory-report. */
  readonly rss: number;
  /** Microseconds of all its requests. */
  readonly running_time: number;
  /** Microseconds of a request, over the last ones. */
  readonly avg_rt: number;
  /** Seconds since 1970. */
  readonly last_spawn: number;
  /** 1 for a worker that never ended. */
  readonly respawn_count: number;
  readonly cores: readonly Core[];
}

/** A thread of a worker that serves requests. */
export interface Core {
  readonly id: number;
  readonly requests: number;
  readonly in_request: number;
  /** The request's variables as `NAME=value`, and an empty one behind them. */
  readonly vars?: readonly string[];
  readonly req_info?: { readonly request_start?: number };
}

/** A request that is being served. */
export interface Request {
  readonly worker: number;
  readonly core: number;
  readonly pid: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly from: string;
  /** Seconds since 1970; undefined where the server does not tell. */
  readonly since: number | undefined;
}
