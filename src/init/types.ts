/** What a person is asked for a new project; everything else has a default or is generated. */
export interface Answers {
  readonly name: string;
  /** Parent folder of the data. */
  readonly dataFolder: string;
  readonly hostname: string;
  /** Tag of the Coog images; absent for the demo, whose images are built here. */
  readonly version?: string;
  readonly registry?: string;
  readonly demo: boolean;
}

/** What was found free on the machine; only what differs from the defaults is written. */
export interface FreeResources {
  readonly ports: Readonly<Record<string, number>>;
  readonly subnets: Readonly<Record<string, string>>;
}
