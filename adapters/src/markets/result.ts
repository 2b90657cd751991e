import type { MarketGap, MarketResult } from '@plimsoll/client'
import { PlimsollError } from '@plimsoll/model'

/** What a source says that was asked nothing of its own. */
export const NOTHING: MarketResult = {
  histories: [],
  depths: [],
  surfaces: [],
  fundings: [],
  gaps: [],
}

/** An error as something that a source should have said. */
export function gapOf(what: string, { name, shortMessage }: PlimsollError): MarketGap {
  return { what, error: name, message: shortMessage }
}

/** Runs a part of a read; what is wrong with it becomes a gap and leaves the other parts alone. */
export function orGap(gaps: MarketGap[], what: string, run: () => void): void {
  try {
    run()
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause
    gaps.push(gapOf(what, cause))
  }
}
