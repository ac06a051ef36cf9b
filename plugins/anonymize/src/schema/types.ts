/** What of a schema matters to anonymising. */
export interface SchemaTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** As rules name it: without `public`. */
  readonly key: string;
  readonly kind: 'table' | 'partitioned' | 'view' | 'foreign';
  /** Bytes, with indexes and TOAST; 0 for a partitioned one. */
  readonly bytes: number;
  /** As the planner believes; -1 when nobody has counted. */
  readonly rows: number;
  readonly columns: readonly SchemaColumn[];
  /** Unique indexes and exclusion constraints: their columns, those of expressions too. */
  readonly uniques: readonly Unique[];
  /** Keys of tables whose foreign keys point here. */
  readonly referencedBy: readonly string[];
  /** Values of a column that is gone lie in the rows until they are written anew. */
  readonly hasDropped: boolean;
}

export interface Unique {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface SchemaColumn {
  readonly name: string;
  /** As it must stand in a statement, with its length. */
  readonly type: string;
  /** COLLATE and a name, where it is not the type's own; else ''. */
  readonly collate: string;
  /** Name of the type behind domains and arrays. */
  readonly base: string;
  readonly isArray: boolean;
  readonly isEnum: boolean;
  readonly notNull: boolean;
  /** Characters; undefined without a limit. */
  readonly length: number | undefined;
  /** Made of other columns. */
  readonly generated: boolean;
  /** Part of a foreign key, on either side, or of a partition's key. */
  readonly key: boolean;
  /** Why ALTER … TYPE cannot be used: a view, a generated column, a trigger, a policy; undefined when it can. */
  readonly blockedBy: string | undefined;
}
