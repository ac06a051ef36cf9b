import type { Near } from '../client/index.ts';

/** How a connection is encrypted, in the words of libpq's sslmode. */
export const tlsModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

export interface Tls {
  readonly mode: TlsMode;
  /** A file of certificates to trust; absent: those that Node and libpq trust by themselves. */
  readonly rootCertificate?: string;
}

/** Where a project's PostgreSQL is, and how to log in. */
export interface Server {
  /** `bundled`: a container of the project; `external`: anywhere else. */
  readonly kind: 'bundled' | 'external';
  readonly project: string;
  /** Where this machine reaches it. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** A function, so that no print-out of a server holds it. */
  readonly password: () => string;
  readonly tls: Tls;
  /** What the project serves, the main database first. None of these is ever dropped. */
  readonly databases: readonly string[];
  /** Present when it is bundled. */
  readonly container?: ServerContainer;
  /** Where a container that runs a client program is put, and what it then finds the server at. */
  readonly near: Near;
  /** The project's image of PostgreSQL, by name and tag. */
  readonly image: string;
}

export interface ServerContainer {
  readonly id: string;
  readonly name: string;
  /** The id of the image that it was made of, whatever its tag means by now. */
  readonly image: string;
  /** Whether the engine that runs it sees the files of this machine, for sure. */
  readonly here: boolean;
  /** The server's data folder, inside. */
  readonly dataFolder: string;
}

/** Who does something and when; stands in the notes that coog leaves in databases' comments. */
export interface About {
  readonly at: Date;
  readonly by?: string;
  /** Why, in a person's words. */
  readonly text?: string;
}
