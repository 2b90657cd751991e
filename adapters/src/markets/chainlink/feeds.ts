import type { FactorId } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'
import type { Address } from 'viem'

/** A price feed of one chain, as the factor whose price it is. */
export type ChainlinkFeed = {
  readonly chain: number
  /** The proxy, which keeps the rounds of all its aggregators. */
  readonly address: Address
  /** `spot:` in USD, or `peg:` in its anchor. */
  readonly factor: FactorId
  /** What the feed calls itself, case aside: it is checked, so that a mistaken address is no price. */
  readonly description: string
  /** Longest time between rounds that it has promised, seconds. */
  readonly heartbeatSeconds: number
}

/** Where the rows below are from, and when. */
export const FEEDS_SOURCE: string =
  "Chainlink's feed directory of 2025-04 and 2026-10, read 2026-11-30"

const HOUR = 3600
const DAY = 86_400

const feed = (
  chain: number,
  factor: string,
  description: string,
  address: Address,
  heartbeatSeconds: number,
): ChainlinkFeed => ({ chain, factor: factorId(factor), description, address, heartbeatSeconds })

/**
 * Feeds on Ethereum. A heartbeat is the longest of the two directories: rounds before a change keep the
 * older promise.
 */
export const CHAINLINK_FEEDS: readonly ChainlinkFeed[] = /* @__PURE__ */ [
  feed(1, 'spot:ETH', 'ETH / USD', '0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419', HOUR),
  feed(1, 'spot:BTC', 'BTC / USD', '0xF4030086522a5bEEa4988F8cA5B36dbC97BeE88c', HOUR),
  feed(1, 'spot:SOL', 'SOL / USD', '0x4ffC43a60e009B551865A93d232E33Fce9f01507', DAY),
  feed(1, 'peg:USDC/USD', 'USDC / USD', '0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6', DAY),
  feed(1, 'peg:USDT/USD', 'USDT / USD', '0x3E7d1eAB13ad0104d2750B8863b489D65364e32D', DAY),
  feed(1, 'peg:DAI/USD', 'DAI / USD', '0xAed0c38402a5d19df6E4c03F4E2DceD6e29c1ee9', HOUR),
  feed(1, 'peg:stETH/ETH', 'STETH / ETH', '0x86392dC19c0b719886221c78AB11eb8Cf5c52812', DAY),
  feed(1, 'peg:WBTC/BTC', 'WBTC / BTC', '0xfdFD9C85aD200c506Cf9e21F1FD8dd01932FBB23', DAY),
]

/** Feeds on Arbitrum One, for clients without Ethereum. */
export const CHAINLINK_ARBITRUM_FEEDS: readonly ChainlinkFeed[] = /* @__PURE__ */ [
  feed(42_161, 'spot:ETH', 'ETH / USD', '0x639Fe6ab55C921f74e7fac1ee960C0B6293ba612', DAY),
  feed(42_161, 'spot:BTC', 'BTC / USD', '0x6ce185860a4963106506C203335A2910413708e9', DAY),
  feed(42_161, 'peg:USDC/USD', 'USDC / USD', '0x50834F3163758fcC1Df9973b6e91f0F0F0434aD3', DAY),
  feed(42_161, 'peg:USDT/USD', 'USDT / USD', '0x3f3f5dF88dC9F13eac63DF89EC16ef6e7E25DdE7', DAY),
]

/** Feeds on Base, for clients without Ethereum. */
export const CHAINLINK_BASE_FEEDS: readonly ChainlinkFeed[] = /* @__PURE__ */ [
  feed(8453, 'spot:ETH', 'ETH / USD', '0x71041dddad3595F9CEd3DcCFBe3D1F4b0a16Bb70', 1200),
  feed(8453, 'spot:BTC', 'BTC / USD', '0x64c911996D3c6aC71f9b455B1E8E7266BcbD848F', 1200),
  feed(8453, 'peg:USDC/USD', 'USDC / USD', '0x7e860098F58bBFC8648a4311b374B1D669a2bc6B', DAY),
]
