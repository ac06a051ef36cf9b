/** What a mask may know of a column, besides the values and the rule. */
export interface Given {
  /** An expression of the value's type, where a column tells it. */
  readonly by?: string | undefined;
  /** Name of the column's type. */
  readonly type?: string;
  /** So many values that the secret numbers may stand in the expression itself: the same, sooner. */
  readonly many?: boolean;
  /** An expression of the column beside it that holds most values in a compact spelling, where there is one. */
  readonly compact?: string | undefined;
}
