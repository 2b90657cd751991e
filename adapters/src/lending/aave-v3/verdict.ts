import { mulDivDown, mulDivHalfUp, mulDivUp } from '@plimsoll/model'
import { BPS, debtIndex, RAY, type Revision, revisionOf, supplyIndex, WAD } from './arithmetic.js'
import {
  type PositionValue,
  type UserAccountData,
  userAccountData,
  valuePositions,
} from './margin.js'
import { CLOSE_FACTOR_HEALTH, refusalOf } from './refusal.js'
import type { MarginState } from './state.js'
import { type TransactionRules, transactionRulesOf } from './transactions.js'

const HALF = 5_000n
/** Since 3.3: below this value, in whole units of the base currency, everything may be repaid. */
const MIN_FULL_CLOSE = 2_000n
/** Since 3.3: what is left of either leg must be worth this, or nothing may be left. */
const MIN_LEFTOVER = 1_000n

/** One call of `liquidationCall`; positions by asset id. */
export type LiquidationCall = {
  readonly collateralAsset: string
  readonly debtAsset: string
  /** `max` offers to repay whatever the pool allows. */
  readonly debtToCover: bigint | 'max'
  /** The liquidator takes the receipt token, so that the pool's liquidity does not matter. */
  readonly receiveAToken: boolean
}

/** What a call moves, before the state is written. */
export type Settlement = {
  readonly collateral: PositionValue
  readonly debt: PositionValue
  readonly repaid: bigint
  /** Taken from the user, protocol fee included. */
  readonly seized: bigint
  readonly protocolFee: bigint
  /** No collateral is left anywhere: what is still owed is written off. */
  readonly writesOff: boolean
  /** Nothing of the seized collateral is left. */
  readonly depleted: boolean
  readonly scaledSupply: bigint
  readonly scaledDebt: bigint
  readonly stableDebt: bigint
  readonly clearsDebt: boolean
}

/** What a liquidation call would move, or in words why it would revert. */
export function settlementOf(
  state: MarginState,
  call: LiquidationCall,
  values: readonly PositionValue[],
  account: UserAccountData,
): Settlement | string {
  const revision = revisionOf(state.pool.revision)
  const find = (asset: string): PositionValue | undefined =>
    values.find(({ position }) => position.asset === asset)
  const collateral = find(call.collateralAsset)
  const debt = find(call.debtAsset)
  if (collateral === undefined || debt === undefined) return 'the user has nothing in a reserve'
  const refusal = refusalOf(state, revision, collateral, debt, account)
  if (refusal !== null) return refusal

  const rules = transactionRulesOf(state.pool.revision)
  const offer = maximumRepayment(state, rules, collateral, debt, account)
  const covered = call.debtToCover === 'max' || call.debtToCover > offer ? offer : call.debtToCover
  const parts = seize(rules, collateral, debt, covered)
  if (parts === null) return 'the collateral pays no bonus, of which the protocol takes a share'
  if (parts.repaid > debt.debt) return 'the rounded repayment exceeds the debt'
  const byRulesOf33 = rules.liquidation === 'no-dust'
  if (byRulesOf33 && leavesDust(state, revision, collateral, debt, parts)) {
    return 'it would leave dust: repay less, or everything'
  }
  const taken = takeCollateral(state, { revision, rules }, call, collateral, parts)
  if (typeof taken === 'string') return taken
  const writesOff = byRulesOf33 && taken.valueTaken === account.totalCollateralBase
  const burnt = burnDebt(state, { revision, rules }, debt, writesOff ? debt.debt : parts.repaid)
  if (typeof burnt === 'string') return burnt
  return { collateral, debt, repaid: parts.repaid, writesOff, ...taken, ...burnt }
}

/** The most that one call may repay, in units of the debt asset. */
function maximumRepayment(
  { pool }: MarginState,
  rules: TransactionRules,
  collateral: PositionValue,
  debt: PositionValue,
  { healthFactor, totalDebtBase }: UserAccountData,
): bigint {
  const mustKeepHalf = healthFactor !== null && healthFactor > CLOSE_FACTOR_HEALTH
  if (rules.liquidation === 'half-of-debt') {
    return mulDivHalfUp(debt.debt, mustKeepHalf ? HALF : BPS, BPS)
  }
  const small = MIN_FULL_CLOSE * pool.baseUnit
  if (!mustKeepHalf || collateral.supplyValue < small || debt.debtValue < small) return debt.debt
  const half = mulDivHalfUp(totalDebtBase, HALF, BPS)
  return debt.debtValue > half ? mulDivDown(half, debt.unit, debt.position.price) : debt.debt
}

type SeizedParts = {
  readonly repaid: bigint
  readonly seized: bigint
  readonly protocolFee: bigint
}

/** How much collateral `covered` of the debt takes, and what the protocol keeps of it. */
function seize(
  { seizure, shares }: TransactionRules,
  collateral: PositionValue,
  debt: PositionValue,
  covered: bigint,
): SeizedParts | null {
  const collateralPrice = collateral.position.price
  const debtPrice = debt.position.price
  const base = mulDivDown(debtPrice * covered, collateral.unit, collateralPrice * debt.unit)
  const wanted = seizure.withBonus(base, collateral.bonus)
  const takesAll = wanted > collateral.supply
  const seized = takesAll ? collateral.supply : wanted
  const repaid = takesAll
    ? shares.repaidForAll(
        mulDivDown(collateralPrice * seized, debt.unit, debtPrice * collateral.unit),
        collateral.bonus,
      )
    : covered
  const fee = collateral.position.reserve.liquidationProtocolFee
  if (fee === 0n) return { repaid, seized, protocolFee: 0n }
  if (collateral.bonus === 0n) return null
  const bonusPart = seized - seizure.withoutBonus(seized, collateral.bonus)
  return { repaid, seized, protocolFee: seizure.protocolFee(bonusPart, fee) }
}

function leavesDust(
  { pool }: MarginState,
  { rounding }: Revision,
  collateral: PositionValue,
  debt: PositionValue,
  { repaid, seized }: SeizedParts,
): boolean {
  if (repaid >= debt.debt || seized >= collateral.supply) return false
  const least = MIN_LEFTOVER * pool.baseUnit
  const debtLeft = rounding.debtValue(debt.debt - repaid, debt.position.price, debt.unit)
  const collateralLeft = mulDivDown(
    collateral.supply - seized,
    collateral.position.price,
    collateral.unit,
  )
  return debtLeft < least || collateralLeft < least
}

type BothRules = { readonly revision: Revision; readonly rules: TransactionRules }

type Taken = {
  readonly scaledSupply: bigint
  readonly seized: bigint
  readonly protocolFee: bigint
  /** Nothing of this collateral is left. */
  readonly depleted: boolean
  /** Value taken, to be compared with all collateral of the user. */
  readonly valueTaken: bigint
}

function takeCollateral(
  state: MarginState,
  { revision, rules }: BothRules,
  { receiveAToken }: LiquidationCall,
  { position, supply, unit }: PositionValue,
  { seized, protocolFee }: SeizedParts,
): Taken | string {
  const { rounding } = revision
  const { shares } = rules
  const index = supplyIndex(position.reserve, state.at)
  const toLiquidator = shares.scaledBurntSupply(seized - protocolFee, index)
  if (toLiquidator === 0n && !receiveAToken) return 'it would seize nothing'
  if (toLiquidator > position.scaledSupply) return 'the rounded seizure exceeds the collateral'
  const left = position.scaledSupply - toLiquidator
  const scaledFee = shares.scaledBurntSupply(protocolFee, index)
  const capped = scaledFee > left
  const feeTaken = protocolFee === 0n ? 0n : capped ? left : scaledFee
  const fee = capped ? rounding.supplyBalance(left, index) : protocolFee
  const byScaled = rules.depletion === 'scaled'
  const scaledTaken = toLiquidator + feeTaken
  const valueTaken = byScaled ? rounding.supplyBalance(scaledTaken, index) : seized
  return {
    scaledSupply: left - feeTaken,
    seized: seized - protocolFee + fee,
    protocolFee: fee,
    depleted: byScaled ? scaledTaken === position.scaledSupply : seized === supply,
    valueTaken: mulDivDown(valueTaken, position.price, unit),
  }
}

type Burnt = Pick<Settlement, 'scaledDebt' | 'stableDebt' | 'clearsDebt'>

function burnDebt(
  { at }: MarginState,
  { revision, rules }: BothRules,
  { position, variableDebt, debt }: PositionValue,
  amount: bigint,
): Burnt | string {
  const { shares, clearsDebtBy } = rules
  const index = debtIndex(revision, position.reserve, at)
  const fromVariable = amount > variableDebt ? variableDebt : amount
  const scaled = shares.scaledBurntDebt(fromVariable, index)
  if (scaled === 0n && variableDebt > 0n) return 'it would repay nothing'
  if (scaled > position.scaledDebt) return 'the rounded repayment exceeds the debt'
  const scaledDebt = position.scaledDebt - scaled
  return {
    scaledDebt,
    stableDebt: position.stableDebt - (amount - fromVariable),
    clearsDebt: clearsDebtBy === 'amount' ? amount === debt : scaledDebt === 0n,
  }
}

/**
 * A liquidation call that would succeed now, or null: the venue's verdict on the call. Repaying
 * all that is allowed may leave dust where the smallest repayment that burns a share does not.
 */
export function findLiquidation(state: MarginState): LiquidationCall | null {
  const values = valuePositions(state)
  const account = userAccountData(state, values)
  if (account.healthFactor === null || account.healthFactor >= WAD) return null
  const revision = revisionOf(state.pool.revision)
  for (const collateral of values) {
    for (const debt of values) {
      const index = debtIndex(revision, debt.position.reserve, state.at)
      // Half a share is enough where shares round half-up.
      const halfShare = mulDivUp(1n, index, 2n * RAY)
      for (const debtToCover of ['max', halfShare, mulDivUp(1n, index, RAY)] as const) {
        const call = {
          collateralAsset: collateral.position.asset,
          debtAsset: debt.position.asset,
          debtToCover,
          receiveAToken: true,
        }
        if (typeof settlementOf(state, call, values, account) !== 'string') return call
      }
    }
  }
  return null
}
