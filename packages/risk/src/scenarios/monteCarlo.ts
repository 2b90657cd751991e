import type { MarketState } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import type { FactorModel } from '../calibrate/factorModel.js'
import { correlateInto } from '../covariance/cholesky.js'
import { exp } from '../pricing/exp.js'
import { log } from '../pricing/log.js'
import { counterRandom } from '../random/counterRandom.js'
import { unitVarianceMultipliers } from '../tail/parametric.js'
import { SPOT, VOLATILITY } from '../valuation/world.js'
import { ScenarioSetError } from './errors.js'
import type { ScenarioSet } from './scenarioSet.js'

/** How Monte Carlo scenarios are drawn. */
export type MonteCarloParameters = {
  readonly count: number
  readonly seed: number
  readonly horizonDays: number
  /** Even and above 2, or Infinity for the normal law. */
  readonly degreesOfFreedom: number
  /** Moves implied volatilities too; absent: they stand still. */
  readonly impliedVolatility?: VolatilityMoves
}

/** How implied volatilities move with their spot. */
export type VolatilityMoves = {
  /** Holds their tabled shocks, which scale the moves, by underlying; the class default where none is. */
  readonly market: MarketState
  /**
   * Of the log moves of an underlying and its volatility, from −1 to 1. Default −0.5: a choice, on the
   * side of what the large coins show, where volatility mostly rises as prices fall.
   */
  readonly correlation?: number
}

const CORRELATION = -0.5
/** Level and law by which a tabled shock counts as the shortfall of a day, as prices do in the unified margin. */
const SHORTFALL = 0.975
const LAW_OF_SHOCKS = 4

/**
 * Joint moves of spot factors: log moves are multivariate Student-t of unit variance times the model's
 * covariance over the horizon. Scenario i is a function of seed and i alone.
 *
 * Implied volatilities move too where that is asked for: log moves at 30 days, correlated with their own
 * spot and with each other as the spots are (the Kronecker product of both correlations), under the same
 * drawn scale, such that the shock that the market state tables up or down is the expected shortfall of
 * a day at 97.5 %. Other tenors follow by its term powers in {@link repriceSet}. Pegs stand still.
 *
 * @example
 * monteCarloScenarios(model, {
 *   count: 10_000,
 *   seed: 1,
 *   horizonDays: 1,
 *   degreesOfFreedom: 4,
 *   impliedVolatility: { market },
 * })
 *
 * @throws ScenarioSetError when a parameter is out of its range.
 */
export function monteCarloScenarios(
  model: FactorModel,
  parameters: MonteCarloParameters,
): ScenarioSet {
  const { count, seed, horizonDays, degreesOfFreedom, impliedVolatility } = parameters
  checkParameters(parameters)
  const size = model.factors.length
  const volatility =
    impliedVolatility === undefined ? null : volatilityModel(model, impliedVolatility)
  const implied = volatility === null ? 0 : size
  const columns = implied + size
  const random = counterRandom(seed)
  const normals = new Float64Array(size)
  const row = new Float64Array(size)
  const own = new Float64Array(size)
  const uniforms = new Float64Array(degreesOfFreedom === Infinity ? 0 : degreesOfFreedom / 2)
  const moves = new Float64Array(count * columns)
  const root = Math.sqrt(horizonDays)
  for (let scenario = 0; scenario < count; scenario++) {
    random.uniforms(scenario, 0, uniforms)
    let sum = 0
    for (const uniform of uniforms) sum += log(uniform)
    const scale =
      uniforms.length === 0 ? root : root * Math.sqrt((degreesOfFreedom - 2) / (-2 * sum))
    random.normals(scenario, 1, normals)
    correlateInto(row, model.root, normals)
    const base = scenario * columns
    for (let factor = 0; factor < size; factor++) {
      moves[base + implied + factor] = exp(scale * (row[factor] ?? NaN)) - 1
    }
    if (volatility === null) continue
    random.normals(scenario, 2, normals)
    correlateInto(own, model.root, normals)
    for (let factor = 0; factor < size; factor++) {
      moves[base + factor] =
        exp(scale * volatility.move(factor, row[factor] ?? NaN, own[factor] ?? NaN)) - 1
    }
  }
  const law = degreesOfFreedom === Infinity ? 'normal' : `Student-t ${degreesOfFreedom}`
  const joint =
    volatility === null ? '' : `, implied volatility correlated ${volatility.correlation}`
  return {
    kind: 'monte-carlo',
    label: `Monte Carlo, ${law}${joint}, ${count} scenarios, seed ${seed}`,
    source: `the covariance${volatility === null ? '' : ' and shocks of volatility'} of the market state`,
    horizonDays,
    factors: [...(volatility?.factors ?? []), ...model.factors],
    count,
    moves,
    weights: new Float64Array(count).fill(1 / count),
    names: null,
  }
}

/** The log move of a volatility in a day, at 30 days, from its spot's and one of its own. */
function volatilityModel(
  { factors, daily }: FactorModel,
  { market, correlation = CORRELATION }: VolatilityMoves,
) {
  const names = factors.map((factor) => factorId(`${VOLATILITY}${factor.slice(SPOT.length)}`))
  const { expectedShortfall } = unitVarianceMultipliers(SHORTFALL, LAW_OF_SHOCKS)
  const shocks = names.map((name) => {
    const { up, down } =
      market.impliedVolatilities.find(({ factor }) => factor === name) ??
      market.defaults.impliedVolatility
    // A fall to nothing has no logarithm: it falls as far as it may rise.
    const fall = down < 1 ? 0 - log(1 - down) : log(1 + up)
    return { up: log(1 + up) / expectedShortfall, down: fall / expectedShortfall }
  })
  const rest = Math.sqrt(1 - correlation * correlation)
  return {
    correlation,
    factors: names,
    move: (place: number, spot: number, own: number): number => {
      const deviation = daily[place] ?? NaN
      if (deviation === 0) return 0
      const unit = (correlation * spot + rest * own) / deviation
      return unit * ((unit > 0 ? shocks[place]?.up : shocks[place]?.down) ?? NaN)
    },
  }
}

function checkParameters(parameters: MonteCarloParameters): void {
  const { count, horizonDays, degreesOfFreedom, impliedVolatility } = parameters
  const isEven = degreesOfFreedom === Infinity || degreesOfFreedom % 2 === 0
  if (
    !(Number.isInteger(count) && count >= 1 && horizonDays > 0 && isEven && degreesOfFreedom > 2)
  ) {
    throw new ScenarioSetError(
      `${count} scenarios over ${horizonDays} days with ${degreesOfFreedom} degrees of freedom cannot be drawn. Give a whole number of scenarios, days above 0, and an even number above 2 or Infinity.`,
    )
  }
  const { correlation = CORRELATION } = impliedVolatility ?? {}
  if (correlation >= -1 && correlation <= 1) return
  throw new ScenarioSetError(
    `The correlation of spot and implied volatility is ${correlation}. Give a number from −1 to 1.`,
  )
}
