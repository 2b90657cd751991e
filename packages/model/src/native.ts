/**
 * Data that only one venue module understands, carried untouched by everyone else: JSON values
 * plus `bigint`. Numbers must be finite.
 */
export type Native =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly Native[]
  | { readonly [key: string]: Native }
