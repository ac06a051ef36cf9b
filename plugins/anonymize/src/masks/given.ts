/** What a mask may know of a column, besides the values and the rule. */
export interface Given {
  /** An expression of the value's type, where a column tells it. */
  readonly by?: string | undefined;
  /** Name of the column's type. */
  readonly type?: string;
  /** So many values that numbers for all that can come are made at once (`numbersBelow`, `shifts`): the same, sooner. */
  readonly many?: boolean;
}
