import type { ScenarioBook } from '@plimsoll/model'
import type { ScenarioRules, ScenarioSystem } from '@plimsoll/risk/compare'
import { spanScenarios, undiscounted } from '@plimsoll/risk/compare'

/** A margin system of sixteen scenarios and nothing else, which nets across underlyings. */
export function toySystem(
  changes: Partial<ScenarioSystem> = {},
  rules: Partial<ScenarioRules> = {},
  book: Partial<ScenarioBook> = {},
): ScenarioSystem {
  return {
    id: 'toy',
    name: 'Toy',
    fidelity: { grade: 'modelled' },
    source: 'test',
    notModelled: [],
    normalCdf: 'exact',
    across: 'scenario',
    factors: { maintenance: 0.8, initial: 1 },
    rules: ({ spot }) => ({
      book: {
        name: 'toy',
        payoff: 'linear',
        unit: { mark: -1, value: 1 },
        spot,
        spotMark: -1,
        scenarios: spanScenarios({
          priceScanRange: 0.15,
          volatilityScanRange: 0.3,
          extremeMove: 3,
          extremeCover: 0.33,
          shortOptionMinimum: 0,
          initialFactor: 1,
        }),
        volatilityShock: { shortPower: 0, longPower: 0, floorDays: 1, upFloor: null },
        skewShock: null,
        optionDelta: 'forward',
        expiries: [],
        perps: [],
        collateral: [],
        gainOffset: { share: 1, maximum: null },
        tailDampener: 0,
        contingencies: [],
        ...book,
      },
      perpMoveLimit: null,
      discounts: undiscounted,
      against: 'model',
      ...rules,
    }),
    ...changes,
  }
}
