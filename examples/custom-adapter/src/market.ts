import type { Asset } from '@plimsoll/model'
import { erc20, unlistedAsset } from '@plimsoll/model'
import type { Address } from 'viem'

/** The chain of the Harbour market: a local node. */
export const HARBOUR_CHAIN = 31_337
/** The only contract of the venue. */
export const HARBOUR_CONTRACT: Address = '0x00000000000000000000000000000000000a4b0a'
/** Both tokens of the market: what is lent against, and what is owed. */
export const COLLATERAL_TOKEN: Address = '0x00000000000000000000000000000000000c011a'
export const DEBT_TOKEN: Address = '0x00000000000000000000000000000000000000de'

/** Prices are USD × 1e8, the collateral has 18 decimals and the debt 6: so the contract fixes it. */
export const PRICE_DECIMALS = 8
export const HEALTH_DECIMALS = 18
/** What the venue holds one unit of debt to be worth, always: 1 USD × 1e8. */
export const DEBT_PRICE_E8 = 100_000_000n

// No registry knows these tokens, so nothing may hedge them. Real tokens come from
// `resolveAsset` of `@plimsoll/adapters/assets`.
export const COLLATERAL: Asset = unlistedAsset({
  id: erc20(HARBOUR_CHAIN, COLLATERAL_TOKEN),
  symbol: 'ANCHOR',
  decimals: 18,
})
export const DEBT: Asset = unlistedAsset({
  id: erc20(HARBOUR_CHAIN, DEBT_TOKEN),
  symbol: 'DUE',
  decimals: 6,
})
