import { ScoreError } from './errors.js'

/** @throws ScoreError unless the value is in [0, 1]. */
export function checkProbability(what: string, value: number): void {
  if (value >= 0 && value <= 1) return
  throw new ScoreError(
    `The ${what} is ${value}. Give a number from 0 to 1; what is not known is null, not a number.`,
  )
}

/** @throws ScoreError unless the confidence is strictly between 0 and 1. */
export function checkConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return
  throw new ScoreError(
    `The confidence is ${confidence}. Give a number strictly between 0 and 1: 0.95 for 95 %.`,
  )
}
