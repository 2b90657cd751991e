import type { FactorModel } from '../calibrate/factorModel.js'
import { correlateInto } from '../covariance/cholesky.js'
import { log } from '../pricing/log.js'
import { accountFails } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import type { CounterRandom } from '../random/counterRandom.js'
import { counterRandom } from '../random/counterRandom.js'
import { ScoreError } from './errors.js'
import { gammaCdf, gammaQuantileBelow } from './gammaQuantile.js'
import type { MarkMoves } from './pathModel.js'
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
  checkSimulation(simulation, from, to)
  const { degreesOfFreedom, seed } = simulation
  const random = counterRandom(seed)
  const look = lookOf(simulation)
  const tally = tallyOf(look)
  const mixing = new Float64Array(degreesOfFreedom === Infinity ? 0 : degreesOfFreedom / 2)
  const isWeighted = isDrawnByImportance(simulation, look)
  for (let path = from; path < to; path++) {
    random.uniforms(path, 0, mixing)
    if (isWeighted) {
      walkAhead(look.walk, random, path)
      const bound = leavingBound(look, degreesOfFreedom)
      const weight = gammaCdf(mixing.length, bound)
      const half = gammaQuantileBelow(mixing.length, (mixing[0] ?? NaN) * weight, bound)
      follow(look, null, path, Math.sqrt((degreesOfFreedom - 2) / (2 * half)))
      count(look, tally, path, weight)
    } else {
      follow(look, random, path, mixingScale(mixing, degreesOfFreedom))
      count(look, tally, path, 1)
    }
  }
  const { any, hits, unknown, weights, greatest } = tally
  return {
    simulation: simulationKey(simulation),
    from,
    paths: to - from,
    any,
    byAccount: [...hits],
    unknown: [...unknown],
    weights: isWeighted ? { ...weights, greatest } : null,
  }
}

/** A path's places in units of the model's root: filled step by step, over and over. */
type Walk = {
  readonly size: number
  readonly steps: number
  /** √Δt. */
  readonly root: number
  readonly normals: Float64Array
  /** After each step, from step 1: [(steps + 1) × size]. */
  readonly places: Float64Array
  /** How far they are from the start: [steps + 1]. */
  readonly lengths: Float64Array
}

/** What the steps of a path are looked at with; made once, so that a step allocates nothing. */
type Look = {
  readonly program: Program
  readonly model: FactorModel
  readonly walk: Walk
  readonly marks: MarkMoves
  readonly multipliers: Float64Array
  readonly pushed: Float64Array
  readonly moves: Float64Array
  /** By account, as all below. */
  readonly rows: Uint32Array
  readonly lastStep: Float64Array
  readonly lines: readonly (PathAccount['line'] | null)[]
  /** Distances within which each is not looked at, and the least of them. */
  readonly safe: Float64Array
  readonly nearest: number
  /** The path on which it was last found liquidatable, or not known to be. */
  readonly hitOn: Float64Array
  readonly unknownOn: Float64Array
}

function lookOf({ program, model, accounts, stepsPerDay }: PathSimulation): Look {
  const size = model.factors.length
  const lastStep = Float64Array.from(accounts, ({ horizonDays }) =>
    Math.ceil(horizonDays * stepsPerDay - 1e-9),
  )
  const steps = lastStep.reduce((most, step) => Math.max(most, step), 0)
  const safe = Float64Array.from(accounts, ({ distance }) => KNOWN_SAFE * distance)
  return {
    program,
    model,
    walk: {
      size,
      steps,
      root: Math.sqrt(1 / stepsPerDay),
      normals: new Float64Array(size),
      places: new Float64Array((steps + 1) * size),
      lengths: new Float64Array(steps + 1),
    },
    marks: markMoves(program, model),
    multipliers: new Float64Array(program.marks.length + 1),
    pushed: new Float64Array(size),
    moves: new Float64Array(size),
    rows: Uint32Array.from(accounts, ({ row }) => row),
    lastStep,
    lines: accounts.map(({ line }) => line ?? null),
    safe,
    nearest: safe.reduce((least, distance) => Math.min(least, distance), Infinity),
    hitOn: new Float64Array(accounts.length).fill(NEVER),
    unknownOn: new Float64Array(accounts.length).fill(NEVER),
  }
}

function isDrawnByImportance(
  { sampling, degreesOfFreedom }: PathSimulation,
  { nearest, walk }: Look,
): boolean {
  return (
    sampling === 'importance' &&
    degreesOfFreedom < Infinity &&
    nearest > 0 &&
    nearest < Infinity &&
    walk.steps > 0
  )
}

/** Walks one step on. */
function advance(walk: Walk, random: CounterRandom, path: number, step: number): void {
  const { size, root, normals, places, lengths } = walk
  random.normals(path, step, normals)
  const base = step * size
  let square = 0
  for (let index = 0; index < size; index++) {
    const before = step === 1 ? 0 : (places[base - size + index] ?? 0)
    const place = before + root * (normals[index] ?? 0)
    places[base + index] = place
    square += place * place
  }
  lengths[step] = Math.sqrt(square)
}

function walkAhead(walk: Walk, random: CounterRandom, path: number): void {
  for (let step = 1; step <= walk.steps; step++) advance(walk, random, path, step)
}

/** Half the chi-square below which a path that was walked leaves the ball in which all are safe. */
function leavingBound({ walk, nearest }: Look, degreesOfFreedom: number): number {
  let farthest = 0
  for (let step = 1; step <= walk.steps; step++) {
    farthest = Math.max(farthest, walk.lengths[step] ?? 0)
  }
  const ratio = (farthest + OVERSHOOT * walk.root) / nearest
  return ((degreesOfFreedom - 2) * ratio * ratio) / 2
}

/**
 * Looks at each step of a path where an account may fail, until all did, and writes `hitOn` and
 * `unknownOn`. Nothing is allocated for a step: no number crosses a call, which might box it.
 *
 * @param random what to walk on with; null where the path was walked
 * @param scale of the path's volatility
 */
function follow(look: Look, random: CounterRandom | null, path: number, scale: number): void {
  const { walk, nearest, pushed, moves, model, marks, multipliers } = look
  const { size, places, lengths } = walk
  let left = look.rows.length
  for (let step = 1; step <= walk.steps && left > 0; step++) {
    if (random !== null) advance(walk, random, path, step)
    const length = lengths[step] ?? 0
    const reach = scale * (length + OVERSHOOT * walk.root)
    if (reach < nearest) continue
    const push = length > 0 ? reach / length : 0
    const base = step * size
    for (let index = 0; index < size; index++) pushed[index] = push * (places[base + index] ?? 0)
    multipliersOf(marks, correlateInto(moves, model.root, pushed), multipliers)
    for (let index = 0; index < look.rows.length; index++) {
      if (look.hitOn[index] === path || step > (look.lastStep[index] ?? 0)) continue
      if (reach < (look.safe[index] ?? 0)) continue
      const fails = failsNow(look, index)
      if (fails === null) look.unknownOn[index] = path
      else if (fails) {
        look.hitOn[index] = path
        left--
      }
    }
  }
}

/** Whether an account is liquidatable under the moves and multipliers; null where it is unknown. */
function failsNow(
  { program, rows, lines, moves, multipliers }: Look,
  index: number,
): boolean | null {
  const line = lines[index] ?? null
  if (line === null) return accountFails(program, rows[index] ?? 0, multipliers)
  const move = moves[line.place] ?? NaN
  return move <= line.below || move >= line.above
}

/** Paths counted so far. */
type Tally = {
  any: number
  readonly hits: Float64Array
  readonly unknown: Float64Array
  readonly weights: { readonly any: number[]; readonly byAccount: readonly number[][] }
  greatest: number
}

function tallyOf({ rows }: Look): Tally {
  return {
    any: 0,
    hits: new Float64Array(rows.length),
    unknown: new Float64Array(rows.length),
    weights: { any: [], byAccount: Array.from(rows, () => []) },
    greatest: 0,
  }
}

/** Counts a path that was followed. */
function count({ hitOn, unknownOn }: Look, tally: Tally, path: number, weight: number): void {
  const { hits, unknown, weights } = tally
  tally.greatest = Math.max(tally.greatest, weight)
  let isHit = false
  for (let index = 0; index < hits.length; index++) {
    if (hitOn[index] === path) {
      hits[index] = (hits[index] ?? 0) + 1
      weights.byAccount[index]?.push(weight)
      isHit = true
    } else if (unknownOn[index] === path) unknown[index] = (unknown[index] ?? 0) + 1
  }
  if (!isHit) return
  tally.any++
  weights.any.push(weight)
}

/** √((ν − 2)/χ²) with χ² = −2·Σ log U over ν/2 uniforms; 1 without any, for the normal law. */
function mixingScale(uniforms: Float64Array, degreesOfFreedom: number): number {
  if (uniforms.length === 0) return 1
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
