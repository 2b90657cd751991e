import type { MarketState } from '@plimsoll/model'
import { marketStateExpired } from '@plimsoll/model'
import type { Calibration } from './calibration.js'
import type { Holding } from './holdings.js'
import type { UnifiedFlag, UnifiedRequirement } from './result.js'

const DAY_MS = 86_400_000

/** What limits a margin: the market's age and kind, factors nobody calibrated, legs left out. */
export function flagsOf(
  market: MarketState,
  nowMs: number,
  parts: UnifiedRequirement,
  calibration: Calibration,
  unplaced: readonly Holding[],
): readonly UnifiedFlag[] {
  return [
    ...marketFlags(market, nowMs, parts),
    ...factorFlags(parts),
    ...correlationFlags(parts, calibration),
    ...depthFlags(parts),
    ...unplaced.map(placeFlag),
  ]
}

function marketFlags(
  market: MarketState,
  nowMs: number,
  { underlyings }: UnifiedRequirement,
): readonly UnifiedFlag[] {
  const flags: UnifiedFlag[] = []
  if (marketStateExpired(market, nowMs)) {
    flags.push({
      code: 'expired-market',
      severity: 'unknown',
      message: `The market state “${market.source}” of ${day(market.asOfMs)} expired on ${day(market.expiresAtMs)}. Read a newer one.`,
    })
  }
  const used = new Set(underlyings.map(({ factor }) => factor))
  if (market.volatilities.some((row) => row.calibration === 'default' && used.has(row.factor))) {
    const days = Math.floor((nowMs - market.asOfMs) / DAY_MS)
    flags.push({
      code: 'default-calibration',
      severity: 'warning',
      message: `Volatilities come from “${market.source}”, ${days < 0 ? 'made after these positions' : `${days} days old`}, not from today's market.`,
    })
  }
  return flags
}

function factorFlags({ underlyings, pegs }: UnifiedRequirement): readonly UnifiedFlag[] {
  const used = [
    ...underlyings.map((margin) => margin.used),
    ...underlyings.flatMap((margin) => margin.impliedVolatility ?? []),
    ...pegs.map((charge) => charge.used),
  ]
  return used.flatMap((input) =>
    input.isDefault
      ? {
          code: 'unlisted-factor',
          severity: 'warning',
          message: `The market state does not list ${input.factor}: the conservative default of its class was used.`,
        }
      : [],
  )
}

function correlationFlags(
  { underlyings }: UnifiedRequirement,
  { correlation }: Calibration,
): readonly UnifiedFlag[] {
  const known = underlyings.filter(({ used }) => !used.isDefault)
  return known.flatMap((a, index) =>
    known.slice(index + 1).flatMap((b) =>
      correlation(a.factor, b.factor) === null
        ? {
            code: 'unmeasured-correlation',
            severity: 'warning',
            message: `The market state has no correlation of ${a.factor} and ${b.factor}: their losses add up in full.`,
          }
        : [],
    ),
  )
}

function depthFlags({ underlyings, addOns }: UnifiedRequirement): readonly UnifiedFlag[] {
  const known = new Set(addOns.map(({ factor }) => factor))
  const without = underlyings.flatMap(({ factor }) => (known.has(factor) ? [] : [factor]))
  return without.length === 0
    ? []
    : [
        {
          code: 'unknown-depth',
          severity: 'note',
          message: `No depth is given for ${without.join(', ')}: nothing is added for liquidity and concentration there.`,
        },
      ]
}

/** What cannot be owed is at worst lost, and its worth is asked for; anything else makes the margin unknown. */
function placeFlag({ leg, isLiability, problem }: Holding): UnifiedFlag {
  return {
    code: 'unplaced',
    severity: isLiability ? 'unknown' : 'warning',
    message: `${leg}: ${problem ?? ''}${isLiability ? '' : ' It counts for nothing.'}`,
  }
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
