import {
  divDown,
  mulDivDown,
  mulDivHalfUp,
  mulDivUp,
  UnsupportedVenueStateError,
} from '@plimsoll/model'

export const RAY: bigint = 10n ** 27n
export const WAD: bigint = 10n ** 18n
export const BPS: bigint = 10_000n
const YEAR = 31_536_000n

/** How balances, values and health are rounded. */
type Rounding = {
  readonly supplyBalance: (scaled: bigint, index: bigint) => bigint
  readonly debtBalance: (scaled: bigint, index: bigint) => bigint
  readonly debtValue: (debt: bigint, price: bigint, unit: bigint) => bigint
  readonly borrowingPower: (collateral: bigint, ltv: bigint) => bigint
  /** 1e18 at the threshold. `weighted` is Σ value × threshold, `threshold` its average, floored. */
  readonly healthFactor: (
    collateral: bigint,
    weighted: bigint,
    threshold: bigint,
    debt: bigint,
  ) => bigint
}

/** Up to 3.4 balances round half-up, so that they may exceed what was put in by a unit. */
const HALF_UP: Rounding = {
  supplyBalance: (scaled, index) => mulDivHalfUp(scaled, index, RAY),
  debtBalance: (scaled, index) => mulDivHalfUp(scaled, index, RAY),
  debtValue: (debt, price, unit) => mulDivDown(debt, price, unit),
  borrowingPower: (collateral, ltv) => mulDivHalfUp(collateral, ltv, BPS),
  healthFactor: (collateral, _weighted, threshold, debt) =>
    mulDivHalfUp(mulDivHalfUp(collateral, threshold, BPS), WAD, debt),
}

/** Since 3.5 every rounding favours the protocol, and the threshold is no longer averaged first. */
const DIRECTED: Rounding = {
  supplyBalance: (scaled, index) => mulDivDown(scaled, index, RAY),
  debtBalance: (scaled, index) => mulDivUp(scaled, index, RAY),
  debtValue: (debt, price, unit) => mulDivUp(debt, price, unit),
  borrowingPower: (collateral, ltv) => mulDivDown(collateral, ltv, BPS),
  healthFactor: (_collateral, weighted, _threshold, debt) =>
    divDown(mulDivHalfUp(weighted, WAD, debt), BPS),
}

/** Interest on debt over `seconds` > 0 at `rate`, as a factor in ray: three binomial terms. */
function binomialFactor(rate: bigint, seconds: bigint): bigint {
  const squared = divDown(mulDivHalfUp(rate, rate, RAY), YEAR * YEAR)
  const cubed = divDown(mulDivHalfUp(squared, rate, RAY), YEAR)
  const lessTwo = seconds > 2n ? seconds - 2n : 0n
  return (
    RAY +
    mulDivDown(rate, seconds, YEAR) +
    mulDivDown(seconds * (seconds - 1n), squared, 2n) +
    mulDivDown(seconds * (seconds - 1n) * lessTwo, cubed, 6n)
  )
}

/** The same since 3.4: three terms of the exponential, nested. */
function taylorFactor(rate: bigint, seconds: bigint): bigint {
  const x = mulDivDown(rate, seconds, YEAR)
  const inner = divDown(x, 2n) + mulDivHalfUp(x, divDown(x, 6n), RAY)
  return RAY + x + mulDivHalfUp(x, inner, RAY)
}

/** How a revision judges accounts, as data; what its transactions do is in `transactions.ts`. */
export type Revision = {
  readonly rounding: Rounding
  readonly debtFactor: (rate: bigint, seconds: bigint) => bigint
  /** The threshold is averaged to whole bps before it is applied. */
  readonly averagesThreshold: boolean
  /** How e-mode finds its assets: one category an asset, or bitmaps of the category. */
  readonly eModeAssets: 'category' | 'bitmap'
  /** Collateral whose own threshold is 0 is left out, even if an e-mode gives it one. */
  readonly skipsZeroThreshold: boolean
  /** LTV 0 is judged on the reserve's own LTV, or on that of the user's e-mode. */
  readonly zeroLtvOf: 'reserve' | 'user'
  /** Up to 3.6 there is isolation mode and a price sentinel; since then, isolated e-modes. */
  readonly isolation: boolean
  readonly gracePeriod: boolean
  readonly stableDebt: boolean
}

const V30: Revision = {
  rounding: HALF_UP,
  debtFactor: binomialFactor,
  averagesThreshold: true,
  eModeAssets: 'category',
  skipsZeroThreshold: true,
  zeroLtvOf: 'reserve',
  isolation: true,
  gracePeriod: false,
  stableDebt: true,
}
const V31: Revision = { ...V30, gracePeriod: true }
const V32: Revision = { ...V31, eModeAssets: 'bitmap', stableDebt: false }
const V34: Revision = { ...V32, debtFactor: taylorFactor }
const V35: Revision = { ...V34, rounding: DIRECTED, averagesThreshold: false }
const V36: Revision = { ...V35, skipsZeroThreshold: false, zeroLtvOf: 'user' }
const V37: Revision = { ...V36, isolation: false }

/** By `POOL_REVISION − 1`; read from the tags of the pool's public sources, 2026-06-19. */
const REVISIONS: readonly Revision[] = [V30, V30, V30, V31, V32, V32, V32, V34, V35, V36, V37]

/**
 * The rules of a pool revision.
 *
 * @throws UnsupportedVenueStateError for a revision that is not known here.
 */
export function revisionOf(poolRevision: number): Revision {
  const revision = REVISIONS[poolRevision - 1]
  if (revision !== undefined) return revision
  throw new UnsupportedVenueStateError(
    `The pool reports revision ${poolRevision}, and only 1 to ${REVISIONS.length} are known. Update @plimsoll/adapters, or report the revision; until then its health is unknown.`,
  )
}

type Accruing = {
  readonly liquidityIndex: bigint
  readonly liquidityRate: bigint
  readonly variableBorrowIndex: bigint
  readonly variableBorrowRate: bigint
  readonly lastUpdate: number
}

/** Index of supply at `at`: interest is linear since the last update. */
export function supplyIndex(reserve: Accruing, at: number): bigint {
  if (at === reserve.lastUpdate) return reserve.liquidityIndex
  const interest = mulDivDown(reserve.liquidityRate, elapsed(reserve, at), YEAR)
  return mulDivHalfUp(RAY + interest, reserve.liquidityIndex, RAY)
}

/** Index of variable debt at `at`: interest compounds since the last update. */
export function debtIndex(revision: Revision, reserve: Accruing, at: number): bigint {
  if (at === reserve.lastUpdate) return reserve.variableBorrowIndex
  const factor = revision.debtFactor(reserve.variableBorrowRate, elapsed(reserve, at))
  return mulDivHalfUp(factor, reserve.variableBorrowIndex, RAY)
}

function elapsed({ lastUpdate }: Accruing, at: number): bigint {
  if (Number.isSafeInteger(at) && at >= lastUpdate) return BigInt(at - lastUpdate)
  throw new UnsupportedVenueStateError(
    `Cannot accrue interest from ${lastUpdate} to ${at}: the reserve is newer. Judge at a whole second not before the block that was read.`,
  )
}
