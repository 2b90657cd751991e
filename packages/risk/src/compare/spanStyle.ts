import type { FactorId, StressScenario } from '@plimsoll/model'
import type { ScenarioRules, ScenarioSystem } from './scenarioSystem.js'
import { scenarioSystem, undiscounted } from './scenarioSystem.js'
import type { MarginSystem } from './system.js'

/** Scan ranges of one underlying, as a clearing house sets them. */
export type SpanParameters = {
  /** Move of the price that is scanned, as a fraction. */
  readonly priceScanRange: number
  /** Relative move of volatility that is scanned. */
  readonly volatilityScanRange: number
  /** Move of the two extreme scenarios in price scan ranges, and the share of their loss that counts. */
  readonly extremeMove: number
  readonly extremeCover: number
  /** Least margin for each net short option of one strike and expiry, as a fraction of spot. */
  readonly shortOptionMinimum: number
  /** Initial margin ÷ maintenance margin. */
  readonly initialFactor: number
}

/** The sixteen scenarios of a SPAN risk array, in its order: price in thirds of the range, volatility up and down. */
export function spanScenarios(parameters: SpanParameters): readonly StressScenario[] {
  const { priceScanRange, volatilityScanRange, extremeMove, extremeCover } = parameters
  const row = (move: number, volatility: number, weight: number): StressScenario => ({
    // A price cannot fall below 0, however wide the range.
    spot: Math.max(0, 1 + move * priceScanRange),
    volatility,
    skew: 'none',
    weight,
    extended: false,
  })
  const moves = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1]
  return [
    ...moves.flatMap((move) => [
      row(move, volatilityScanRange, 1),
      row(move, -volatilityScanRange, 1),
    ]),
    row(extremeMove, 0, extremeCover),
    row(-extremeMove, 0, extremeCover),
  ]
}

/**
 * What a clearing house would ask by sixteen scenarios in the style of CME SPAN: each underlying its
 * own worst scenario, not less than the short-option minimum, no credit between underlyings.
 *
 * CME, SPAN methodology overview: a risk array of price {0, ±1/3, ±2/3, ±1} scan ranges × volatility
 * up and down, and two extreme moves covered in part. Scan ranges are a clearing house's own choice.
 *
 * @example
 * const span = spanStyle(() => ({
 *   priceScanRange: 0.16, volatilityScanRange: 0.25, extremeMove: 3, extremeCover: 0.33,
 *   shortOptionMinimum: 0.005, initialFactor: 1.1,
 * }))
 *
 * @param parameters of an underlying; null where it is not cleared
 */
export function spanStyle(
  parameters: (underlying: FactorId) => SpanParameters | null,
): MarginSystem {
  return {
    ...spanBase,
    require: (positions) => {
      // One underlying's initial factor cannot differ from another's within a test.
      const initialFactor = Math.max(
        1,
        ...positions.underlyings.map(
          ({ underlying }) => parameters(underlying)?.initialFactor ?? 1,
        ),
      )
      const system: ScenarioSystem = {
        ...spanBase,
        normalCdf: 'exact',
        across: 'worst',
        factors: { maintenance: 1, initial: initialFactor },
        rules: ({ underlying, spot }) => {
          const found = parameters(underlying)
          return found === null ? null : rulesOf(found, spot)
        },
      }
      return scenarioSystem(system).require(positions)
    },
  }
}

const spanBase = {
  id: 'span',
  name: 'SPAN-style',
  fidelity: { grade: 'modelled' },
  source: 'CME SPAN methodology overview; scan ranges are assumptions of the caller',
  notModelled: ['calendar spread charges', 'delivery charges', 'inter-commodity credits'],
} satisfies Omit<MarginSystem, 'require'>

function rulesOf(parameters: SpanParameters, spot: number): ScenarioRules {
  return {
    book: {
      name: 'span',
      payoff: 'linear',
      unit: { mark: -1, value: 1 },
      spot,
      spotMark: -1,
      scenarios: spanScenarios(parameters),
      volatilityShock: { shortPower: 0, longPower: 0, floorDays: 1, upFloor: null },
      skewShock: null,
      optionDelta: 'forward',
      expiries: [],
      perps: [],
      collateral: [],
      gainOffset: { share: 0, maximum: null },
      tailDampener: 0,
      contingencies: [
        {
          kind: 'static',
          name: 'short-option-minimum',
          apply: 'competes',
          margin: 'both',
          perp: 0,
          base: 0,
          nakedShort: parameters.shortOptionMinimum,
        },
      ],
    },
    perpMoveLimit: null,
    discounts: undiscounted,
    against: 'model',
  }
}
