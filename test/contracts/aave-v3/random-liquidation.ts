import type { LiquidationCall, MarginState } from '@plimsoll/adapters/lending/aave-v3/exact'
import { maxUint256 } from 'viem'
import type { LocalPool, SimulatedCall } from './local-pool.js'
import { type Random, randomState } from './random-state.js'

/** A random liquidation call on a random account. */
export function randomLiquidation(
  random: Random,
  { revision, symbols, now }: Pick<LocalPool, 'revision' | 'symbols' | 'now'>,
): { readonly state: MarginState; readonly call: LiquidationCall } {
  const state = randomState(random, { revision, assets: symbols, now })
  const collateralAsset = random.pick(['AAA', 'BBB', 'CCC'])
  const debtAsset = random.pick(['DDD', 'EEE', 'EEE'])
  const owed = state.positions.find(({ asset }) => asset === debtAsset)?.scaledDebt ?? 0n
  const debtToCover = random.chance(0.6) ? 'max' : random.magnitude(1n, owed + 2n)
  return {
    state,
    call: { collateralAsset, debtAsset, debtToCover, receiveAToken: random.chance(0.5) },
  }
}

/** The call as the liquidator sends it. */
export function liquidationTransaction(local: LocalPool, call: LiquidationCall): SimulatedCall {
  return local.poolCall(local.liquidator, 'liquidationCall', [
    local.venue.assets[call.collateralAsset]?.address,
    local.venue.assets[call.debtAsset]?.address,
    local.user,
    call.debtToCover === 'max' ? maxUint256 : call.debtToCover,
    call.receiveAToken,
  ])
}
