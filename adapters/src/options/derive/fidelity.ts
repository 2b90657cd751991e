/** Cases of the project's recorded truth that the standard formula reproduces. */
export const STANDARD_CASES = 64

/** Recorded V3 accounts of perps alone that the stress formula reproduces, within 5e-8 USD. */
export const STRESS_CASES = 1
