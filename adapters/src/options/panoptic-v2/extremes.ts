/** The larger of two integers. */
export const max = (a: bigint, b: bigint): bigint => (a > b ? a : b)
/** The smaller of two integers. */
export const min = (a: bigint, b: bigint): bigint => (a < b ? a : b)
