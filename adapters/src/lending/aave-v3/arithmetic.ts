import { divDown, mulDivDown, mulDivHalfUp, mulDivUp, UnsupportedVenueStateError } from '@plimsoll/model'

export const RAY: bigint = 10n ** 27n
export const WAD: bigint = 10n ** 18n
export const BPS: bigint = 10_000n
const YEAR = 31_536_000n

/** How balances, values and ratios are rounded. */
type Rounding = {
  readonly supplyBalance: (scaled: bigint, index: bigint) => bigint
  readonly debtBalance: (scaled: bigint, index: bigint) => bigint
  readonly scaledMintedSupply: (amount: bigint, index: bigint) => bigint
  readonly scaledBurntSupply: (amount: bigint, index: bigint) => bigint
  readonly scaledMintedDebt: (amount: bigint, index: bigint) => bigint
  readonly scaledBurntDebt: (amount: bigint, index: bigint) => bigint
  readonly debtValue: (debt: bigint, price: bigint, unit: bigint) => bigint
  readonly borrowingPower: (collateral: bigint, ltv: bigint) => bigint
  readonly collateralNeeded: (debt: bigint, ltv: bigint) => bigint
  /** 1e18 at the threshold. `weighted` is Σ value × threshold, `threshold` its average, floored. */
  readonly healthFactor: (
    collateral: bigint,
    weighted: bigint,
    threshold: bigint,
    debt: bigint,
  ) => bigint
  /** Seizing everything of a reserve repays this much of `value` (in debt units, with bonus). */
  readonly repaidForAll: (value: bigint, bonus: bigint) => bigint
}

/** Up to 3.4 balances round half-up, so that they may exceed what was put in by a unit. */
const HALF_UP: Rounding = {
  supplyBalance: (scaled, index) => mulDivHalfUp(scaled, index, RAY),
  debtBalance: (scaled, index) => mulDivHalfUp(scaled, index, RAY),
  scaledMintedSupply: (amount, index) => mulDivHalfUp(amount, RAY, index),
  scaledBurntSupply: (amount, index) => mulDivHalfUp(amount, RAY, index),
  scaledMintedDebt: (amount, index) => mulDivHalfUp(amount, RAY, index),
  scaledBurntDebt: (amount, index) => mulDivHalfUp(amount, RAY, index),
  debtValue: (debt, price, unit) => mulDivDown(debt, price, unit),
  borrowingPower: (collateral, ltv) => mulDivHalfUp(collateral, ltv, BPS),
  collateralNeeded: (debt, ltv) => mulDivHalfUp(debt, BPS, ltv),
  healthFactor: (collateral, _weighted, threshold, debt) =>
    mulDivHalfUp(mulDivHalfUp(collateral, threshold, BPS), WAD, debt),
  repaidForAll: (value, bonus) => mulDivHalfUp(value, BPS, bonus),
}

/** Since 3.5 every rounding favours the protocol, and the threshold is no longer averaged first. */
const DIRECTED: Rounding = {
  supplyBalance: (scaled, index) => mulDivDown(scaled, index, RAY),
  debtBalance: (scaled, index) => mulDivUp(scaled, index, RAY),
  scaledMintedSupply: (amount, index) => mulDivDown(amount, RAY, index),
  scaledBurntSupply: (amount, index) => mulDivUp(amount, RAY, index),
  scaledMintedDebt: (amount, index) => mulDivUp(amount, RAY, index),
  scaledBurntDebt: (amount, index) => mulDivDown(amount, RAY, index),
  debtValue: (debt, price, unit) => mulDivUp(debt, price, unit),
  borrowingPower: (collateral, ltv) => mulDivDown(collateral, ltv, BPS),
  collateralNeeded: (debt, ltv) => mulDivUp(debt, BPS, ltv),
  healthFactor: (_collateral, weighted, _threshold, debt) =>
    divDown(mulDivHalfUp(weighted, WAD, debt), BPS),
  repaidForAll: (value, bonus) => mulDivUp(value, BPS, bonus),
}

/** How the parts of a seizure are rounded. */
type Seizure = {
  readonly withBonus: (base: bigint, bonus: bigint) => bigint
  readonly withoutBonus: (seized: bigint, bonus: bigint) => bigint
  readonly protocolFee: (bonusPart: bigint, fee: bigint) => bigint
}

const SEIZURE_HALF_UP: Seizure = {
  withBonus: (base, bonus) => mulDivHalfUp(base, bonus, BPS),
  withoutBonus: (seized, bonus) => mulDivHalfUp(seized, BPS, bonus),
  protocolFee: (bonusPart, fee) => mulDivHalfUp(bonusPart, fee, BPS),
}

const SEIZURE_DIRECTED: Seizure = {
  withBonus: (base, bonus) => mulDivDown(base, bonus, BPS),
  withoutBonus: (seized, bonus) => mulDivDown(seized, BPS, bonus),
  protocolFee: (bonusPart, fee) => mulDivUp(bonusPart, fee, BPS),
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

/** Everything in which the revisions differ, as data. */
export type Revision = {
  readonly version: string
  readonly rounding: Rounding
  readonly seizure: Seizure
  readonly debtFactor: (rate: bigint, seconds: bigint) => bigint
  /** The threshold is averaged to whole bps before it is applied. */
  readonly averagesThreshold: boolean
  /** How e-mode finds its assets: one category an asset, or bitmaps of the category. */
  readonly eModeAssets: 'category' | 'bitmap'
  /** Collateral whose own threshold is 0 is left out, even if an e-mode gives it one. */
  readonly skipsZeroThreshold: boolean
  /** LTV 0 is judged on the reserve's own LTV, or on that of the user's e-mode. */
  readonly zeroLtvOf: 'reserve' | 'user'
  /** Close factor and leftovers: 50 % of one debt, or 3.3's rules against dust and bad debt. */
  readonly liquidation: 'half-of-debt' | 'no-dust'
  /** No collateral left: by value, or by the scaled balance that will be taken (3.7). */
  readonly depletion: 'value' | 'scaled'
  /** Borrowing is checked on the state before it with the new amount added, or after it. */
  readonly borrowCheck: 'before' | 'after'
  /** Entering an e-mode: health only when leaving another, always, or with all assets (3.6). */
  readonly eModeCheck: 'leaving' | 'always' | 'assets'
  /** A debt counts as repaid when its amount is, or when its last share is burnt. */
  readonly clearsDebtBy: 'amount' | 'share'
  /** A supply counts as withdrawn when its amount is, or when its last share is burnt. */
  readonly clearsSupplyBy: 'amount' | 'share'
  /** Isolation mode and siloed borrowing limit what can be entered (up to 3.6). */
  readonly isolation: boolean
  readonly gracePeriod: boolean
  readonly stableDebt: boolean
}

const V30: Revision = {
  version: '3.0',
  rounding: HALF_UP,
  seizure: SEIZURE_HALF_UP,
  debtFactor: binomialFactor,
  averagesThreshold: true,
  eModeAssets: 'category',
  skipsZeroThreshold: true,
  zeroLtvOf: 'reserve',
  liquidation: 'half-of-debt',
  depletion: 'value',
  borrowCheck: 'before',
  eModeCheck: 'leaving',
  clearsDebtBy: 'amount',
  clearsSupplyBy: 'amount',
  isolation: true,
  gracePeriod: false,
  stableDebt: true,
}
const V31: Revision = { ...V30, version: '3.1', gracePeriod: true }
const V32: Revision = {
  ...V31,
  version: '3.2',
  eModeAssets: 'bitmap',
  eModeCheck: 'always',
  stableDebt: false,
}
const V33: Revision = { ...V32, version: '3.3', liquidation: 'no-dust' }
const V34: Revision = {
  ...V33,
  version: '3.4',
  debtFactor: taylorFactor,
  clearsDebtBy: 'share',
}
const V35: Revision = {
  ...V34,
  version: '3.5',
  rounding: DIRECTED,
  averagesThreshold: false,
  borrowCheck: 'after',
  clearsSupplyBy: 'share',
}
const V36: Revision = {
  ...V35,
  version: '3.6',
  skipsZeroThreshold: false,
  zeroLtvOf: 'user',
  eModeCheck: 'assets',
}
const V37: Revision = {
  ...V36,
  version: '3.7',
  seizure: SEIZURE_DIRECTED,
  depletion: 'scaled',
  isolation: false,
}

/** By `POOL_REVISION − 1`; read from the tags of the pool's public sources, 2026-06-19. */
const REVISIONS: readonly Revision[] = [
  V30,
  V30,
  V30,
  V31,
  V32,
  V32,
  V33,
  V34,
  V35,
  V36,
  V37,
]

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
