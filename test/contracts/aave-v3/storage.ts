import type { EModeState, MarginState, Position } from '@plimsoll/adapters/lending/aave-v3/exact'
import type { LocalAaveV3 } from '@plimsoll/testkit/venues'
import { type Address, type Hex, hexToBigInt, keccak256, numberToHex, padHex } from 'viem'

/** Storage words by contract, as `eth_call` and `eth_simulateV1` take them. */
export type Overrides = {
  readonly [address: Address]: { readonly stateDiff: { readonly [slot: Hex]: Hex } }
}

/** More of every token than any random state needs. */
export const PLENTY: bigint = 1n << 110n

/** Storage slots of the pool and of its tokens, the same in 3.0 and 3.6. */
const POOL = { reserves: 52n, usersConfig: 53n, eModeCategories: 55n, usersEMode: 56n }
const A_TOKEN = { userState: 52n, totalSupply: 54n }
const DEBT_TOKEN = { userState: 56n, totalSupply: 58n }

const word = (value: bigint): Hex => numberToHex(value, { size: 32 })

/** Slot of a mapping's entry. */
function mapped(key: bigint | Address, slot: bigint): bigint {
  const encoded = typeof key === 'bigint' ? word(key) : padHex(key, { size: 32 })
  return hexToBigInt(keccak256(`${encoded}${word(slot).slice(2)}`))
}

type Put = (address: Address, slot: bigint, value: bigint) => void
type Where = {
  readonly venue: LocalAaveV3
  readonly revision: 1 | 10
  readonly user: Address
}

/**
 * The storage that makes the pool hold `state` for the user. The category exists even if the
 * account is not in it.
 */
export function storageOf(
  where: Where,
  state: MarginState,
  category: EModeState | null = state.eMode,
): Overrides {
  const result: { [address: Address]: { stateDiff: { [slot: Hex]: Hex } } } = {}
  const put: Put = (address, slot, value) => {
    const stateDiff = { ...result[address]?.stateDiff, [word(slot)]: word(value) }
    result[address] = { stateDiff }
  }
  const { venue, user } = where
  let configuration = 0n
  for (const position of state.positions) {
    putPosition(put, where, position)
    const { id } = position.reserve
    if (position.borrowing) configuration |= 1n << BigInt(2 * id)
    if (position.usedAsCollateral) configuration |= 1n << BigInt(2 * id + 1)
  }
  put(venue.pool, mapped(user, POOL.usersConfig), configuration)
  put(venue.pool, mapped(user, POOL.usersEMode), BigInt(state.eMode?.id ?? 0))
  if (category !== null) putCategory(put, where, category)
  return result
}

function putPosition(put: Put, { venue, revision, user }: Where, position: Position): void {
  const asset = venue.assets[position.asset]
  if (asset === undefined) throw new RangeError(`${position.asset} is not listed`)
  const { reserve } = position
  const base = mapped(asset.address, POOL.reserves)
  const times =
    (BigInt(reserve.lastUpdate) << 128n) |
    (BigInt(reserve.id) << 168n) |
    (BigInt(reserve.gracePeriodUntil) << 184n)
  put(venue.pool, base, configurationWord(reserve))
  put(venue.pool, base + 1n, reserve.liquidityIndex | (reserve.liquidityRate << 128n))
  put(venue.pool, base + 2n, reserve.variableBorrowIndex | (reserve.variableBorrowRate << 128n))
  put(venue.pool, base + 3n, times)
  // The liquidity that 3.6 keeps count of.
  put(venue.pool, base + 8n, revision === 10 ? PLENTY << 128n : 0n)
  put(venue.pool, base + 9n, reserve.isolationModeTotalDebt)
  const { scaledSupply, scaledDebt } = position
  put(
    asset.aToken,
    mapped(user, A_TOKEN.userState),
    scaledSupply | (reserve.liquidityIndex << 128n),
  )
  put(asset.aToken, A_TOKEN.totalSupply, PLENTY)
  put(
    asset.variableDebtToken,
    mapped(user, DEBT_TOKEN.userState),
    scaledDebt | (reserve.variableBorrowIndex << 128n),
  )
  put(asset.variableDebtToken, DEBT_TOKEN.totalSupply, reserve.hasVariableDebt ? PLENTY : 0n)
  if (position.priceId === position.asset) put(asset.feed, 0n, position.price)
}

function putCategory(put: Put, { venue, revision }: Where, category: EModeState): void {
  const base = mapped(BigInt(category.id), POOL.eModeCategories)
  const { ltv, liquidationThreshold, liquidationBonus, priceMark } = category
  const ratios = ltv | (liquidationThreshold << 16n) | (liquidationBonus << 32n)
  const source = priceMark === null ? undefined : venue.assets[priceMark]?.address
  const tail = revision === 1 ? hexToBigInt(source ?? '0x0') : category.collateralBitmap
  put(venue.pool, base, ratios | (tail << 48n))
  if (revision === 10) {
    put(venue.pool, base + 2n, category.borrowableBitmap | (category.ltvZeroBitmap << 128n))
  }
}

/** A reserve's configuration as the pool packs it. */
export function configurationWord(reserve: Position['reserve']): bigint {
  const bit = (set: boolean, position: bigint): bigint => (set ? 1n << position : 0n)
  return (
    reserve.ltv |
    (reserve.liquidationThreshold << 16n) |
    (reserve.liquidationBonus << 32n) |
    (BigInt(reserve.decimals) << 48n) |
    bit(reserve.active, 56n) |
    bit(reserve.frozen, 57n) |
    bit(reserve.borrowingEnabled, 58n) |
    bit(reserve.paused, 60n) |
    bit(reserve.borrowableInIsolation, 61n) |
    bit(reserve.siloedBorrowing, 62n) |
    (reserve.liquidationProtocolFee << 152n) |
    (BigInt(reserve.eModeCategory) << 168n) |
    (reserve.debtCeiling << 212n) |
    (1n << 252n)
  )
}
