import {
  boundaryPrice,
  findLiquidation,
  type MarginState,
  withPrice,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { execute } from '../../test/contracts/aave-v3/execute.js'
import type { LocalPool } from '../../test/contracts/aave-v3/local-pool.js'
import { liquidationTransaction } from '../../test/contracts/aave-v3/random-liquidation.js'
import type { Candidate } from './rows.js'

/** The health factor of an account without debt. */
const NO_DEBT = 2n ** 256n - 1n

type Expectation = { readonly [field: string]: unknown }

/**
 * What the venue's contracts answer to a candidate; null when they cannot decide it. A boundary and
 * a verdict are ours, confirmed: the real call succeeds on the one side and fails on the other.
 */
export async function measure(
  local: LocalPool,
  { state, task }: Candidate,
): Promise<Expectation | null> {
  switch (task.kind) {
    case 'account':
      return await accountData(local, state)
    case 'verdict':
      return await verdict(local, state)
    case 'boundary':
      return await boundary(local, state, task.priceId)
    case 'liquidation': {
      const call = liquidationTransaction(local, task.call)
      const { error, liquidation, deficits, left } = await execute(local, state, call)
      if (error !== '') return { executes: false }
      const kept = state.positions.map(({ reserve }) => reserve.id)
      const deficit = kept.map((id) => deficits[id])
      return { executes: true, ...liquidation, deficit, left: kept.map((id) => left[id]) }
    }
    case 'operation': {
      const { call, category } = task.operation
      const { error, left, eMode } = await execute(local, state, call, category)
      if (error !== '') return { executes: false }
      return { executes: true, eMode, left: state.positions.map(({ reserve }) => left[reserve.id]) }
    }
  }
}

async function accountData(local: LocalPool, state: MarginState): Promise<Expectation | null> {
  const call = local.poolCall(local.user, 'getUserAccountData', [local.user])
  const [answer] = await local.simulate(state, [call])
  if (answer?.ok !== true) return null
  const words = local.decode('getUserAccountData', answer.data) as readonly bigint[]
  const [collateral, debt, available, threshold, ltv, health] = words
  return {
    totalCollateralBase: collateral,
    totalDebtBase: debt,
    availableBorrowsBase: available,
    currentLiquidationThreshold: threshold,
    ltv,
    healthFactor: health === NO_DEBT ? 'none' : health,
  }
}

async function succeeds(local: LocalPool, state: MarginState): Promise<boolean> {
  const call = findLiquidation(state)
  if (call === null) return false
  const [result] = await local.simulate(state, [liquidationTransaction(local, call)])
  return result?.ok === true
}

async function verdict(local: LocalPool, state: MarginState): Promise<Expectation | null> {
  if (findLiquidation(state) !== null) {
    return (await succeeds(local, state)) ? { liquidatable: true } : null
  }
  for (const { asset: debtAsset, scaledDebt } of state.positions) {
    for (const { asset: collateralAsset } of state.positions) {
      const amounts = ['max', 1n, 2n, 3n, 4n, scaledDebt / 2n, scaledDebt] as const
      for (const debtToCover of amounts) {
        const call = { collateralAsset, debtAsset, debtToCover, receiveAToken: true }
        const [result] = await local.simulate(state, [liquidationTransaction(local, call)])
        if (result?.ok === true) return null
      }
    }
  }
  return { liquidatable: false }
}

async function boundary(
  local: LocalPool,
  state: MarginState,
  priceId: string,
): Promise<Expectation | null> {
  const found = boundaryPrice(state, priceId)
  if (found === null) return null
  const at = withPrice(state, priceId, found.price)
  const call = findLiquidation(at)
  if (call === null) return null
  const safe = found.price + (found.side === 'falling' ? 1n : -1n)
  const [there] = await local.simulate(at, [liquidationTransaction(local, call)])
  const [beyond] = await local.simulate(withPrice(state, priceId, safe), [
    liquidationTransaction(local, call),
  ])
  return there?.ok === true && beyond?.ok === false ? { ...found } : null
}
