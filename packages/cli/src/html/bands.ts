/** What a score means: its name on the load line, and the chance that it stands for. */
export type Band = {
  readonly least: number
  readonly name: string
  readonly chance: string
}

const WORST: Band = { least: 0, name: 'overloaded', chance: 'more than 1 in 10' }

/**
 * Bands of the score, the best first. The score is −25·log₁₀ of a probability, so that every 25 points
 * are a factor of ten.
 */
export const BANDS: readonly Band[] = [
  { least: 75, name: 'lightly loaded', chance: 'at most 1 in 1,000' },
  { least: 50, name: 'moderately loaded', chance: 'between 1 in 1,000 and 1 in 100' },
  { least: 25, name: 'heavily loaded', chance: 'between 1 in 100 and 1 in 10' },
  WORST,
]

/** The band of a score from 0 to 100. */
export function bandOfScore(score: number): Band {
  return BANDS.find(({ least }) => score >= least) ?? WORST
}
