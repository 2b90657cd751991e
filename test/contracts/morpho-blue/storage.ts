import type { MarginState } from '@plimsoll/adapters/lending/morpho-blue/exact'
import { accrued, adaptiveCurveRate } from '@plimsoll/adapters/lending/morpho-blue/exact'
import type { MorphoBlueParams } from '@plimsoll/testkit/venues'
import {
  type Address,
  encodeAbiParameters,
  type Hex,
  hexToBigInt,
  keccak256,
  numberToHex,
  padHex,
  toFunctionSelector,
} from 'viem'

/** Storage words by contract, as `eth_simulateV1` takes them. */
export type Overrides = {
  readonly [address: Address]: { readonly stateDiff: { readonly [slot: Hex]: Hex } }
}

/** Storage slots of Morpho Blue 1.0.0. */
const SLOTS = { feeRecipient: 1n, position: 2n, market: 3n }

const BORROW_RATE =
  'borrowRate((address,address,address,address,uint256),(uint128,uint128,uint128,uint128,uint128,uint128))'

const word = (value: bigint): Hex => numberToHex(value, { size: 32 })

/** Slot of a mapping's entry. */
function mapped(key: Hex, slot: bigint): bigint {
  return hexToBigInt(keccak256(`${padHex(key, { size: 32 })}${word(slot).slice(2)}`))
}

/** The id that the contract gives to parameters. */
export function idOf({ loanToken, collateralToken, oracle, irm, lltv }: MorphoBlueParams): Hex {
  const address = { type: 'address' } as const
  return keccak256(
    encodeAbiParameters(
      [address, address, address, address, { type: 'uint256' }],
      [loanToken, collateralToken, oracle, irm, lltv],
    ),
  )
}

/** The rate that the market's model answers at the state's time. */
export function rateOf({ market, at }: MarginState): bigint {
  const { rate } = market
  if (rate.kind === 'none') return 0n
  if (rate.kind === 'observed') return rate.borrowRate
  return adaptiveCurveRate(market, rate.rateAtTarget, at).borrowRate
}

/** The storage that makes the contract hold `state` for the user. */
export function storageOf(
  { morpho, user, feeRecipient }: { morpho: Address; user: Address; feeRecipient: Address },
  params: MorphoBlueParams,
  state: MarginState,
): Overrides {
  const { market } = state
  const id = idOf(params)
  const marketSlot = mapped(id, SLOTS.market)
  const positionSlot = mapped(user, mapped(id, SLOTS.position))
  const selector = (signature: string): Hex =>
    padHex(toFunctionSelector(`function ${signature}`), { size: 32 })
  return {
    [morpho]: {
      stateDiff: {
        [word(SLOTS.feeRecipient)]: padHex(feeRecipient, { size: 32 }),
        [word(marketSlot)]: word(market.totalSupplyAssets | (market.totalSupplyShares << 128n)),
        [word(marketSlot + 1n)]: word(
          market.totalBorrowAssets | (market.totalBorrowShares << 128n),
        ),
        [word(marketSlot + 2n)]: word(BigInt(market.lastUpdate) | (market.fee << 128n)),
        [word(positionSlot)]: word(state.supplyShares),
        [word(positionSlot + 1n)]: word(state.borrowShares | (state.collateral << 128n)),
      },
    },
    [params.oracle]: { stateDiff: { [selector('price()')]: word(state.price) } },
    ...(market.rate.kind === 'none'
      ? {}
      : { [params.irm]: { stateDiff: { [selector(BORROW_RATE)]: word(rateOf(state)) } } }),
  }
}

/** What a transaction leaves: the position, then the market as stored. */
export type Left = readonly (bigint | number)[]

/** The state after `accrueInterest`. */
export const accruedState = (state: MarginState): MarginState => ({
  ...state,
  market: accrued(state.market, state.at),
})
