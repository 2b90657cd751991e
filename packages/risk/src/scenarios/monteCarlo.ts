import type { FactorModel } from '../calibrate/factorModel.js'
import { correlateInto } from '../covariance/cholesky.js'
import { exp } from '../pricing/exp.js'
import { log } from '../pricing/log.js'
import { counterRandom } from '../random/counterRandom.js'
import { ScenarioSetError } from './errors.js'
import type { ScenarioSet } from './scenarioSet.js'

/** How Monte Carlo scenarios are drawn. */
export type MonteCarloParameters = {
  readonly count: number
  readonly seed: number
  readonly horizonDays: number
  /** Even and above 2, or Infinity for the normal law. */
  readonly degreesOfFreedom: number
}

/**
 * Joint moves of spot factors: log moves are multivariate Student-t of unit variance times the model's
 * covariance over the horizon. Pegs and implied volatilities stand still. Scenario i is a function of
 * seed and i alone.
 *
 * @example
 * monteCarloScenarios(model, { count: 10_000, seed: 1, horizonDays: 1, degreesOfFreedom: 4 })
 *
 * @throws ScenarioSetError when a parameter is out of its range.
 */
export function monteCarloScenarios(
  model: FactorModel,
  { count, seed, horizonDays, degreesOfFreedom }: MonteCarloParameters,
): ScenarioSet {
  const isEven = degreesOfFreedom === Infinity || degreesOfFreedom % 2 === 0
  if (
    !(Number.isInteger(count) && count >= 1 && horizonDays > 0 && isEven && degreesOfFreedom > 2)
  ) {
    throw new ScenarioSetError(
      `${count} scenarios over ${horizonDays} days with ${degreesOfFreedom} degrees of freedom cannot be drawn. Give a whole number of scenarios, days above 0, and an even number above 2 or Infinity.`,
    )
  }
  const size = model.factors.length
  const random = counterRandom(seed)
  const normals = new Float64Array(size)
  const row = new Float64Array(size)
  const uniforms = new Float64Array(degreesOfFreedom === Infinity ? 0 : degreesOfFreedom / 2)
  const moves = new Float64Array(count * size)
  const root = Math.sqrt(horizonDays)
  for (let scenario = 0; scenario < count; scenario++) {
    random.uniforms(scenario, 0, uniforms)
    let sum = 0
    for (const uniform of uniforms) sum += log(uniform)
    const scale =
      uniforms.length === 0 ? root : root * Math.sqrt((degreesOfFreedom - 2) / (-2 * sum))
    random.normals(scenario, 1, normals)
    correlateInto(row, model.root, normals)
    for (let factor = 0; factor < size; factor++) {
      moves[scenario * size + factor] = exp(scale * (row[factor] ?? NaN)) - 1
    }
  }
  const law = degreesOfFreedom === Infinity ? 'normal' : `Student-t ${degreesOfFreedom}`
  return {
    kind: 'monte-carlo',
    label: `Monte Carlo, ${law}, ${count} scenarios, seed ${seed}`,
    source: 'the covariance of the market state',
    horizonDays,
    factors: model.factors,
    count,
    moves,
    weights: new Float64Array(count).fill(1 / count),
    names: null,
  }
}
