import type { FactorId } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import { ScenarioSetError } from './errors.js'
import type { ScenarioSet } from './scenarioSet.js'

/** One scenario that somebody wrote down. */
export type NamedMoves = {
  readonly name: string
  /** Relative moves by factor: `{ 'spot:ETH': -0.3, 'iv:ETH': 0.5 }`. What is not named stands still. */
  readonly moves: { readonly [factor: string]: number }
}

/** Factors of which a set can hold moves. */
const MOVABLE = /^(spot|peg|iv):/

/**
 * Scenarios as somebody wrote them. They are no distribution: of them only the worst counts.
 *
 * @example
 * userScenarios([{ name: 'winter', moves: { 'spot:ETH': -0.5, 'spot:BTC': -0.4 } }])
 *
 * @throws ScenarioSetError when a name occurs twice, a factor is none that moves, or a move is not a
 * number of at least −1.
 */
export function userScenarios(
  scenarios: readonly NamedMoves[],
  given: Partial<Pick<ScenarioSet, 'label' | 'source' | 'horizonDays' | 'kind'>> = {},
): ScenarioSet {
  const names = scenarios.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new ScenarioSetError(`There are two scenarios “${twice}”. Give each its own name.`)
  }
  const factors = [...new Set(scenarios.flatMap(({ moves }) => Object.keys(moves)))]
    .sort()
    .map(movable)
  return {
    kind: 'user',
    label: `${scenarios.length} scenarios as written`,
    source: 'the user',
    horizonDays: 1,
    ...given,
    factors,
    count: scenarios.length,
    moves: Float64Array.from(
      scenarios.flatMap(({ name, moves }) => factors.map((factor) => moveOf(name, factor, moves))),
    ),
    weights: null,
    names,
  }
}

function movable(text: string): FactorId {
  if (MOVABLE.test(text)) return factorId(text)
  throw new ScenarioSetError(
    `“${text}” is no factor that a scenario moves. Name spot:<SYMBOL>, peg:<TOKEN>/<ANCHOR> or iv:<SYMBOL>.`,
  )
}

function moveOf(name: string, factor: FactorId, moves: NamedMoves['moves']): number {
  const move = moves[factor] ?? 0
  if (move >= -1 && move < Infinity) return move
  throw new ScenarioSetError(
    `Scenario “${name}” moves ${factor} by ${move}. Give a relative move of at least −1, such as −0.2.`,
  )
}
