import { CovarianceError } from './errors.js'

/** How strongly a margin (or haircut) moved over a period. */
export type ProcyclicalityMeasures = {
  /** Greatest margin over least margin. */
  readonly peakToTrough: number
  /** Greatest relative rise from one observation to the next; 0 when it never rose. */
  readonly largestRiseOverOne: number
  /** Greatest relative rise over up to five observations; 0 when it never rose. */
  readonly largestRiseOverFive: number
}

/**
 * Procyclicality of a series of margins, oldest first, one a day: its peak over its trough and its
 * largest relative rises over one and over at most five days, after D. Murphy, M. Vasios & N. Vause,
 * An investigation into the procyclicality of risk-based initial margin models, Bank of England
 * Financial Stability Paper 29 (2014).
 *
 * @throws CovarianceError when there is no margin or one is not a positive finite number.
 *
 * @example
 * procyclicality(Float64Array.of(100, 110, 88)) // { peakToTrough: 1.25, largestRiseOverOne: 0.1, … }
 */
export function procyclicality(margins: Float64Array): ProcyclicalityMeasures {
  const bad = margins.findIndex((margin) => !(margin > 0 && margin < Infinity))
  if (margins.length === 0 || bad >= 0) {
    const what = bad < 0 ? 'There is no margin' : `Margin ${bad} is ${margins[bad]}`
    throw new CovarianceError(`${what}. Give at least one positive finite margin, oldest first.`)
  }
  let peak = margins[0] ?? 0
  let trough = peak
  for (const margin of margins) {
    peak = Math.max(peak, margin)
    trough = Math.min(trough, margin)
  }
  return {
    peakToTrough: peak / trough,
    largestRiseOverOne: largestRise(margins, 1),
    largestRiseOverFive: largestRise(margins, 5),
  }
}

function largestRise(margins: Float64Array, span: number): number {
  let largest = 0
  for (let from = 0; from < margins.length; from++) {
    const base = margins[from] ?? 0
    const end = Math.min(margins.length - 1, from + span)
    for (let to = from + 1; to <= end; to++) {
      largest = Math.max(largest, ((margins[to] ?? 0) - base) / base)
    }
  }
  return largest
}
