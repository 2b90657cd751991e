import type { FactorModel } from '../calibrate/factorModel.js'
import { correlateInto } from '../covariance/cholesky.js'
import { log } from '../pricing/log.js'
import { accountFails } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import { counterRandom } from '../random/counterRandom.js'
import { ScoreError } from './errors.js'
import { gammaCdf, gammaQuantileBelow } from './gammaQuantile.js'
import { markMoves, multipliersOf } from './pathModel.js'
import { simulationKey } from './simulationKey.js'

/** −ζ(½)/√(2π): how far the highest of a walk's steps stays below that of its path, in steps. */
const OVERSHOOT = 0.5825971579390106
/** Share of an account's nearest known failure within which it is not looked at. */
const KNOWN_SAFE = 0.9
const NEVER = -1

/** One account on the paths. */
export type PathAccount = {
  /** Row in the program. */
  readonly row: number
  readonly horizonDays: number
  /** Mahalanobis distance of the nearest failure, daily covariance; 0 to look at every step. */
  readonly distance: number
  /** Log moves of one factor of the model below and above which it is liquidated; else it is evaluated. */
  readonly line?: { readonly place: number; readonly below: number; readonly above: number }
}

/** What is simulated. */
export type PathSimulation = {
  readonly program: Program
  readonly model: FactorModel
  readonly accounts: readonly PathAccount[]
  readonly seed: number
  readonly stepsPerDay: number
  /** Even and above 2, or Infinity for the normal law. */
  readonly degreesOfFreedom: number
  /**
   * `importance`: of every path only those volatilities are drawn with which it leaves the ball in which
   * all accounts are known to be safe, and it weighs the probability of these. Unless given, and where
   * there is no such ball or no volatility to draw: `plain`.
   */
  readonly sampling?: 'plain' | 'importance'
}

/** Paths on which accounts were liquidated; {@link mergePathHits} adds up ranges of paths. */
export type PathHits = {
  /** Tells apart what was simulated: hits of another portfolio, market, moment or seed have another. */
  readonly simulation: string
  /** The first path. */
  readonly from: number
  readonly paths: number
  /** Paths on which any account was. */
  readonly any: number
  /** By account, in the given order. */
  readonly byAccount: readonly number[]
  /** By account: paths on which it could not be said. They are not among its hits. */
  readonly unknown: readonly number[]
  /** What the paths weigh that were drawn by importance; null where each weighs 1. */
  readonly weights: PathWeights | null
}

/** Likelihood ratios of paths drawn by importance. */
export type PathWeights = {
  /** Of the paths on which any account was liquidated, in their order. */
  readonly any: readonly number[]
  /** Of those on which each account was. */
  readonly byAccount: readonly (readonly number[])[]
  /** The greatest of all paths, liquidated or not. */
  readonly greatest: number
}

/**
 * Simulates paths `from` to `to` (exclusive) and counts on how many of them each account, and any of
 * them, becomes liquidatable within its horizon.
 *
 * A path is a Brownian motion with the covariance of the model, its volatility drawn once from a
 * chi-square, so that its log moves at every time are multivariate Student-t of unit variance. Steps
 * are pushed outward by 0.5826·√Δt (M. Broadie, P. Glasserman & S. Kou, "A continuity correction for
 * discrete barrier options", Mathematical Finance 7 (1997) 325–349), which makes the steps as harsh as
 * a path that is watched all the time. Random numbers belong to path and step: ranges can be simulated
 * by any number of workers, and longer horizons continue the same paths.
 *
 * By importance the chi-square of a path is drawn from its law below the bound at which the path leaves
 * the safe ball, in closed form: P[χ² ≤ bound] is the path's weight, and the estimate Σ weights ÷ paths
 * is unbiased (P. Glasserman, P. Heidelberger & P. Shahabuddin, "Portfolio value-at-risk with
 * heavy-tailed risk factors", Mathematical Finance 12 (2002) 239–269, also draw the mixing variable).
 *
 * @throws ScoreError when the number of steps or the degrees of freedom cannot be simulated.
 */
export function simulatePaths(simulation: PathSimulation, from: number, to: number): PathHits {
  const { program, model, accounts, seed, stepsPerDay, degreesOfFreedom } = simulation
  checkSimulation(simulation, from, to)
  const size = model.factors.length
  const random = counterRandom(seed)
  const marks = markMoves(program, model)
  const multipliers = new Float64Array(program.marks.length + 1)
  const normals = new Float64Array(size)
  const pushed = new Float64Array(size)
  const moves = new Float64Array(size)
  const mixing = new Float64Array(degreesOfFreedom === Infinity ? 0 : degreesOfFreedom / 2)
  const rows = Uint32Array.from(accounts, ({ row }) => row)
  const lastStep = Float64Array.from(accounts, ({ horizonDays }) =>
    Math.ceil(horizonDays * stepsPerDay - 1e-9),
  )
  const lines = accounts.map(({ line }) => line ?? null)
  const safe = Float64Array.from(accounts, ({ distance }) => KNOWN_SAFE * distance)
  const nearest = safe.reduce((least, distance) => Math.min(least, distance), Infinity)
  const steps = lastStep.reduce((most, step) => Math.max(most, step), 0)
  const root = Math.sqrt(1 / stepsPerDay)
  // Places of one path after each step, from step 1, and how far from the start they are.
  const walk = new Float64Array((steps + 1) * size)
  const lengths = new Float64Array(steps + 1)
  const advance = (path: number, step: number): void => {
    random.normals(path, step, normals)
    let square = 0
    for (let index = 0; index < size; index++) {
      const before = step === 1 ? 0 : (walk[(step - 1) * size + index] ?? 0)
      const place = before + root * (normals[index] ?? 0)
      walk[step * size + index] = place
      square += place * place
    }
    lengths[step] = Math.sqrt(square)
  }
  const isWeighted =
    simulation.sampling === 'importance' &&
    mixing.length > 0 &&
    nearest > 0 &&
    nearest < Infinity &&
    steps > 0
  const weights = isWeighted
    ? { any: [] as number[], byAccount: accounts.map((): number[] => []) }
    : null
  let greatest = 0
  const hits = new Float64Array(accounts.length)
  const unknown = new Float64Array(accounts.length)
  const hitOn = new Float64Array(accounts.length).fill(NEVER)
  const unknownOn = new Float64Array(accounts.length).fill(NEVER)
  let any = 0
  for (let path = from; path < to; path++) {
    random.uniforms(path, 0, mixing)
    let scale = 1
    let weight = 1
    if (isWeighted) {
      let farthest = 0
      for (let step = 1; step <= steps; step++) {
        advance(path, step)
        farthest = Math.max(farthest, lengths[step] ?? 0)
      }
      const ratio = (farthest + OVERSHOOT * root) / nearest
      const bound = ((degreesOfFreedom - 2) * ratio * ratio) / 2
      weight = gammaCdf(mixing.length, bound)
      const half = gammaQuantileBelow(mixing.length, (mixing[0] ?? NaN) * weight, bound)
      scale = Math.sqrt((degreesOfFreedom - 2) / (2 * half))
      greatest = Math.max(greatest, weight)
    } else if (mixing.length > 0) scale = mixingScale(mixing, degreesOfFreedom)
    let left = accounts.length
    for (let step = 1; step <= steps && left > 0; step++) {
      if (!isWeighted) advance(path, step)
      const length = lengths[step] ?? 0
      const reach = scale * (length + OVERSHOOT * root)
      if (reach < nearest) continue
      const push = length > 0 ? reach / length : 0
      const base = step * size
      for (let index = 0; index < size; index++) pushed[index] = push * (walk[base + index] ?? 0)
      multipliersOf(marks, correlateInto(moves, model.root, pushed), multipliers)
      for (let index = 0; index < rows.length; index++) {
        if (hitOn[index] === path || step > (lastStep[index] ?? 0)) continue
        if (reach < (safe[index] ?? 0)) continue
        const line = lines[index] ?? null
        const fails =
          line === null
            ? accountFails(program, rows[index] ?? 0, multipliers)
            : crosses(line, moves[line.place] ?? NaN)
        if (fails === null) unknownOn[index] = path
        else if (fails) {
          hitOn[index] = path
          left--
        }
      }
    }
    let isHit = false
    for (let index = 0; index < rows.length; index++) {
      if (hitOn[index] === path) {
        hits[index] = (hits[index] ?? 0) + 1
        weights?.byAccount[index]?.push(weight)
        isHit = true
      } else if (unknownOn[index] === path) unknown[index] = (unknown[index] ?? 0) + 1
    }
    if (!isHit) continue
    any++
    weights?.any.push(weight)
  }
  return {
    simulation: simulationKey(simulation),
    from,
    paths: to - from,
    any,
    byAccount: [...hits],
    unknown: [...unknown],
    weights: weights === null ? null : { ...weights, greatest },
  }
}

function crosses({ below, above }: NonNullable<PathAccount['line']>, move: number): boolean {
  return move <= below || move >= above
}

/** √((ν − 2)/χ²) with χ² = −2·Σ log U over ν/2 uniforms. */
function mixingScale(uniforms: Float64Array, degreesOfFreedom: number): number {
  let sum = 0
  for (let index = 0; index < uniforms.length; index++) sum += log(uniforms[index] ?? NaN)
  return Math.sqrt((degreesOfFreedom - 2) / (-2 * sum))
}

function checkSimulation(
  { stepsPerDay, degreesOfFreedom, accounts }: PathSimulation,
  from: number,
  to: number,
): void {
  const isEven = degreesOfFreedom === Infinity || degreesOfFreedom % 2 === 0
  if (!isEven || !(degreesOfFreedom > 2)) {
    throw new ScoreError(
      `A Student-t with ${degreesOfFreedom} degrees of freedom is not simulated. Give an even number above 2, or Infinity for the normal law.`,
    )
  }
  if (!(Number.isInteger(stepsPerDay) && stepsPerDay >= 1)) {
    throw new ScoreError(`There are ${stepsPerDay} steps a day. Give a whole number from 1.`)
  }
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to)) {
    throw new ScoreError(`Paths ${from} to ${to} are no range. Give whole numbers in order.`)
  }
  const odd = accounts.find(({ horizonDays }) => !(horizonDays > 0 && horizonDays <= 60))
  if (odd === undefined) return
  throw new ScoreError(
    `A horizon is ${odd.horizonDays} days. Give the owner's time to react, above 0 and up to 60 days.`,
  )
}
