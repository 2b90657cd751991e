import type { PlimsollError as PlimsollErrorType, Portfolio } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import type { PositionKinds, Positions } from './positions.js'
import { positionsOf } from './positions.js'
import type { MarginSystem, SystemMargin } from './system.js'

/** Options of {@link compareMargin}. */
export type CompareOptions = {
  readonly systems: readonly MarginSystem[]
  /** Unix milliseconds for which time to expiry is counted. */
  readonly nowMs: number
  /** Default: perps and options alone. */
  readonly positions?: PositionKinds
}

/** One of two margins, whole and leg by leg, in the numeraire. */
export type MarginSaving = {
  readonly requirement: number
  /** Σ over legs of what the same system asks for each alone. */
  readonly isolated: number
  /** 1 − requirement ÷ isolated; null where nothing is asked for the legs alone. */
  readonly saving: number | null
}

/** What one system asks for the positions. */
export type ComparedSystem = Omit<MarginSystem, 'require'> &
  (
    | {
        readonly ok: true
        /** Null where the system has no such margin. */
        readonly initial: MarginSaving | null
        readonly maintenance: MarginSaving | null
        readonly worst: SystemMargin['worst']
        readonly contributions: SystemMargin['contributions']
      }
    | { readonly ok: false; readonly error: PlimsollErrorType }
  )

/** The same positions under several margin systems. */
export type MarginComparison = {
  readonly numeraire: string
  /** In the order that was given. */
  readonly systems: readonly ComparedSystem[]
  readonly positions: Positions
  /** Whether every position is in the figures; else they say nothing of `positions.unplaced`. */
  readonly complete: boolean
}

/**
 * The same positions side by side under margin systems, as if all of them were in one account of
 * each, against the sum of what each system asks for every leg alone. No venue grants the netting of
 * legs that are held elsewhere: it is a comparison, not a requirement.
 *
 * A system that cannot judge a position has an error in its row, never a smaller figure.
 *
 * @example
 * compareMargin(portfolio, { systems: [spanStyle(parameters)], nowMs: Date.now() })
 */
export function compareMargin(
  portfolio: Portfolio,
  { systems, nowMs, positions: kinds = 'derivatives' }: CompareOptions,
): MarginComparison {
  const positions = positionsOf(portfolio, nowMs / 1000, kinds)
  return {
    numeraire: positions.numeraire,
    systems: systems.map((system) => compared(system, positions)),
    positions,
    complete: positions.unplaced.length === 0,
  }
}

function compared(system: MarginSystem, positions: Positions): ComparedSystem {
  const { id, name, fidelity, source, notModelled } = system
  const about = { id, name, fidelity, source, notModelled }
  try {
    const { initial, maintenance, worst, contributions } = system.require(positions)
    const alone = eachAlone(positions).map((each) => system.require(each))
    const saving = (
      requirement: number | null,
      part: (margin: SystemMargin) => number | null,
    ): MarginSaving | null => {
      if (requirement === null) return null
      const isolated = alone.reduce((sum, margin) => sum + (part(margin) ?? NaN), 0)
      return { requirement, isolated, saving: isolated > 0 ? 1 - requirement / isolated : null }
    }
    return {
      ...about,
      ok: true,
      initial: saving(initial, (margin) => margin.initial),
      maintenance: saving(maintenance, (margin) => margin.maintenance),
      worst,
      contributions,
    }
  } catch (error) {
    if (error instanceof PlimsollError) return { ...about, ok: false, error }
    throw error
  }
}

/** The positions one by one. */
function eachAlone(positions: Positions): readonly Positions[] {
  return positions.underlyings.flatMap((held) => [
    ...held.linear.map((position) => ({
      ...positions,
      underlyings: [{ ...held, linear: [position], expiries: [] }],
    })),
    ...held.expiries.flatMap((expiry) =>
      expiry.options.map((option) => ({
        ...positions,
        underlyings: [{ ...held, linear: [], expiries: [{ ...expiry, options: [option] }] }],
      })),
    ),
  ])
}
