import { mulDivDown, mulDivTrunc, mulDivUp } from '@plimsoll/model'

/** Scale of factors and rates. */
export const FACTOR_SCALE: bigint = 10n ** 18n
/** Scale of the two indices. */
export const INDEX_SCALE: bigint = 10n ** 15n
/** Decimals of every price. */
export const PRICE_DECIMALS = 8

/** Beyond these the contract stores nothing. */
export const MAX_INDEX: bigint = (1n << 64n) - 1n
export const MAX_TOTAL: bigint = (1n << 104n) - 1n
export const MAX_PRINCIPAL: bigint = (1n << 103n) - 1n
export const MAX_UINT128: bigint = (1n << 128n) - 1n

/** The indices in force, scaled by 1e15. */
export type Indices = { readonly supplyIndex: bigint; readonly borrowIndex: bigint }

/** n × factor, floored. */
export const mulFactor = (n: bigint, factor: bigint): bigint => mulDivDown(n, factor, FACTOR_SCALE)

/** Value with 8 decimals of raw units, floored. */
export const mulPrice = (n: bigint, price: bigint, scale: bigint): bigint =>
  mulDivDown(n, price, scale)

/** Raw units worth a value, floored. */
export const divPrice = (value: bigint, price: bigint, scale: bigint): bigint =>
  mulDivDown(value, scale, price)

/** Raw base units that a principal stands for: floored where lent, towards 0 where owed. */
export const presentValue = (principal: bigint, { supplyIndex, borrowIndex }: Indices): bigint =>
  mulDivTrunc(principal, principal >= 0n ? supplyIndex : borrowIndex, INDEX_SCALE)

/** The principal of raw base units: floored where lent, away from 0 where owed. */
export const principalValue = (present: bigint, { supplyIndex, borrowIndex }: Indices): bigint =>
  present >= 0n
    ? mulDivDown(present, INDEX_SCALE, supplyIndex)
    : -mulDivUp(-present, INDEX_SCALE, borrowIndex)
