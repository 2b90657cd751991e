import type { AccountId, LiquidationPrice, Ray } from '@plimsoll/model'
import { accountFails } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import { candidatesOf, RANGE } from './candidates.js'
import type { Path } from './path.js'
import { multipliersAt, pathAlong } from './path.js'
import { SCAN_RANGE } from './scan.js'

/**
 * The nearest price on either side of today's at which the verdict on an account changes, along a
 * ray and with all its other legs included: one asset alone, or everything that moves with a factor.
 * For an account that is safe today these are its liquidation prices; for one that is liquidatable,
 * the prices at which it would stop being so.
 *
 * The prices of a factor ray are those of an asset that is exposed to this factor alone, one to one;
 * they are null, though the moves are not, when the portfolio prices none.
 *
 * @example
 * liquidationPrice(program, account.id, { kind: 'factor', factor: factorId('spot:ETH') })
 * // { ray, below: 1630.11, above: null, moveBelow: -0.1849, moveAbove: null }
 *
 * @returns null when the question does not apply: the account's health is unknown, today or under a
 * move, or nothing of it moves along the ray.
 */
export function liquidationPrice(
  program: Program,
  account: AccountId,
  ray: Ray,
): LiquidationPrice | null {
  const row = program.accounts.findIndex(({ id }) => id === account)
  const entry = program.accounts[row]
  if (entry === undefined || entry.compiled === null) return null
  const path = pathAlong(program, ray)
  if (!entry.marks.some((mark) => path.exponents[mark] !== 0)) return null
  const multipliers = new Float64Array(program.marks.length + 1)
  const fails = (x: number) => accountFails(program, row, multipliersAt(path, x, multipliers))
  const today = fails(1)
  if (today === null) return null
  const range = rangeOf(program, row)
  const candidates = accountCandidates(program, row, path)
  const falling = candidates.filter((x) => x < 1 && x >= range.from).reverse()
  const rising = candidates.filter((x) => x > 1 && x <= range.to)
  const below = nearestChange(fails, [...falling, range.from], today)
  const above = nearestChange(fails, [...rising, range.to], today)
  if (below === UNKNOWN || above === UNKNOWN) return null
  const price = referencePrice(program, row, ray)
  return {
    ray,
    below: below === null || price === null ? null : price * below,
    above: above === null || price === null ? null : price * above,
    moveBelow: below === null ? null : below - 1,
    moveAbove: above === null ? null : above - 1,
  }
}

function accountCandidates(program: Program, row: number, path: Path): readonly number[] {
  const { accountStart } = program.tests
  const candidates: number[] = []
  for (let test = accountStart[row] ?? 0; test < (accountStart[row + 1] ?? 0); test++) {
    candidates.push(...candidatesOf(program, test, path))
  }
  return candidates.sort((a, b) => a - b)
}

/** What lies behind a move cannot be known, so that no nearest change can be claimed. */
const UNKNOWN = 'unknown'

/** The first point, going away from today, behind which the verdict is another. */
function nearestChange(
  fails: (x: number) => boolean | null,
  outward: readonly number[],
  today: boolean,
): number | null | typeof UNKNOWN {
  let previous = 1
  for (const next of outward) {
    if (next === previous) continue
    const verdict = fails(Math.sqrt(previous) * Math.sqrt(next))
    if (verdict === null) return UNKNOWN
    if (verdict !== today) return previous
    previous = next
  }
  return null
}

/** What has no closed form is searched as far as the scan goes, everything else is solved. */
function rangeOf({ tests }: Program, row: number): { readonly from: number; readonly to: number } {
  const [begin, end] = [tests.accountStart[row], tests.accountStart[row + 1]]
  const scanned = [...tests.standard.slice(begin, end), ...tests.scenario.slice(begin, end)]
  return scanned.some((test) => test !== null) ? SCAN_RANGE : RANGE
}

/** Today's price of what moves: the asset's, or that of an asset that is the factor itself. */
function referencePrice(program: Program, row: number, ray: Ray): number | null {
  const own = new Set(program.accounts[row]?.marks)
  const marks = program.marks
    .map((mark, index) => ({ ...mark, index }))
    .filter(({ index, asset }) =>
      ray.kind === 'asset' ? asset === ray.asset : isFactorItself(program, index, ray.factor),
    )
  const ranked = [
    marks.find(({ index, feed }) => own.has(index) && feed !== FORWARD),
    marks.find(({ feed }) => feed !== FORWARD),
    marks.find(({ index }) => own.has(index)),
  ]
  return ranked.find((mark) => mark !== undefined)?.price ?? null
}

const FORWARD = 'forward'

function isFactorItself(program: Program, mark: number, factor: string): boolean {
  const begin = program.exposureStart[mark] ?? 0
  const alone = program.exposureStart[mark + 1] === begin + 1
  return (
    alone &&
    program.factors[program.exposureFactor[begin] ?? 0] === factor &&
    program.exposureElasticity[begin] === 1
  )
}
