import { mulDivDown, mulDivHalfUp, mulDivUp } from '@plimsoll/model'
import { BPS, RAY, revisionOf } from './arithmetic.js'

/** How amounts become shares, and what is needed or repaid. */
type Rounding = {
  readonly scaledMintedSupply: (amount: bigint, index: bigint) => bigint
  readonly scaledBurntSupply: (amount: bigint, index: bigint) => bigint
  readonly scaledMintedDebt: (amount: bigint, index: bigint) => bigint
  readonly scaledBurntDebt: (amount: bigint, index: bigint) => bigint
  readonly collateralNeeded: (debt: bigint, ltv: bigint) => bigint
  /** Seizing everything of a reserve repays this much of `value` (in debt units, with bonus). */
  readonly repaidForAll: (value: bigint, bonus: bigint) => bigint
}

const HALF_UP: Rounding = {
  scaledMintedSupply: (amount, index) => mulDivHalfUp(amount, RAY, index),
  scaledBurntSupply: (amount, index) => mulDivHalfUp(amount, RAY, index),
  scaledMintedDebt: (amount, index) => mulDivHalfUp(amount, RAY, index),
  scaledBurntDebt: (amount, index) => mulDivHalfUp(amount, RAY, index),
  collateralNeeded: (debt, ltv) => mulDivHalfUp(debt, BPS, ltv),
  repaidForAll: (value, bonus) => mulDivHalfUp(value, BPS, bonus),
}

const DIRECTED: Rounding = {
  scaledMintedSupply: (amount, index) => mulDivDown(amount, RAY, index),
  scaledBurntSupply: (amount, index) => mulDivUp(amount, RAY, index),
  scaledMintedDebt: (amount, index) => mulDivUp(amount, RAY, index),
  scaledBurntDebt: (amount, index) => mulDivDown(amount, RAY, index),
  collateralNeeded: (debt, ltv) => mulDivUp(debt, BPS, ltv),
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

/** Everything in which the revisions' transactions differ, as data. */
export type TransactionRules = {
  readonly shares: Rounding
  readonly seizure: Seizure
  /** Close factor and leftovers: 50 % of one debt, or 3.3's rules against dust and bad debt. */
  readonly liquidation: 'half-of-debt' | 'no-dust'
  /** No collateral left: by value, or by the scaled balance that will be taken (3.7). */
  readonly depletion: 'value' | 'scaled'
  /** Whether seized collateral that only changes hands brings its reserve up to date. */
  readonly accruesTransferred: boolean
  /** Borrowing is checked on the state before it with the new amount added, or after it. */
  readonly borrowCheck: 'before' | 'after'
  /** Entering an e-mode: health only when leaving another, always, or with all assets (3.6). */
  readonly eModeCheck: 'leaving' | 'always' | 'assets'
  /** A debt counts as repaid when its amount is, or when its last share is burnt. */
  readonly clearsDebtBy: 'amount' | 'share'
  /** A supply counts as withdrawn when its amount is, or when its last share is burnt. */
  readonly clearsSupplyBy: 'amount' | 'share'
}

const V30: TransactionRules = {
  shares: HALF_UP,
  seizure: SEIZURE_HALF_UP,
  liquidation: 'half-of-debt',
  depletion: 'value',
  accruesTransferred: false,
  borrowCheck: 'before',
  eModeCheck: 'leaving',
  clearsDebtBy: 'amount',
  clearsSupplyBy: 'amount',
}
const V32: TransactionRules = { ...V30, eModeCheck: 'always' }
const V33: TransactionRules = { ...V32, liquidation: 'no-dust' }
const V34: TransactionRules = { ...V33, clearsDebtBy: 'share' }
const V35: TransactionRules = {
  ...V34,
  shares: DIRECTED,
  accruesTransferred: true,
  borrowCheck: 'after',
  clearsSupplyBy: 'share',
}
const V36: TransactionRules = { ...V35, eModeCheck: 'assets' }
const V37: TransactionRules = { ...V36, seizure: SEIZURE_DIRECTED, depletion: 'scaled' }

/** By `POOL_REVISION − 1`, as the table in `arithmetic.ts`. */
const RULES: readonly TransactionRules[] = [V30, V30, V30, V30, V32, V32, V33, V34, V35, V36, V37]

/**
 * What the transactions of a pool revision do.
 *
 * @throws UnsupportedVenueStateError for a revision that is not known here.
 */
export function transactionRulesOf(poolRevision: number): TransactionRules {
  // An unknown revision is refused there.
  revisionOf(poolRevision)
  return RULES[poolRevision - 1] ?? V37
}
