/** Cases of the project's recorded truth that the standard formula reproduces. */
export const STANDARD_CASES = 64
