import { readFileSync } from 'node:fs'
import type { CompoundV3Market } from '@plimsoll/adapters/lending/compound-v3'
import {
  accountValue,
  isLiquidatableView,
  type MarginState,
  utilization,
} from '@plimsoll/adapters/lending/compound-v3/exact'
import { parseTruthFile } from '@plimsoll/testkit'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { type Address, concatHex, type Hex, numberToHex, toFunctionSelector } from 'viem'
import { getBlock } from 'viem/actions'
import { nextBlockAt, nodeRequest } from '../contracts/aave-v3/transact.js'
import { recordedState } from '../truth-models/compound-v3.js'
import { tell } from './scriptedContract.js'

const CHAIN = 31_337
const FILE = new URL('../truth/compound-v3-states.json', import.meta.url)
/** A borrower far from liquidation, and one whom the call would absorb where the view still says no. */
const CASES = { safe: 'comet-044', overdue: 'comet-063' } as const
/** Base token of the second market in dollars, 8 decimals. */
const DOLLARS = 250_000_000_000n

type Words = readonly bigint[]

/** Two markets on a local node, in states that were recorded of the real contract. */
export type LocalWorld = {
  readonly anvil: Anvil
  readonly markets: readonly [CompoundV3Market, CompoundV3Market]
  /** A borrower and a lender with collateral, both in both markets, and nobody. */
  readonly owners: readonly [Address, Address, Address]
  /** The recorded states of the borrower, at the time of the local node's block. */
  readonly states: readonly [MarginState, MarginState]
  /** Changes what a function of a market answers. */
  readonly answer: (
    market: CompoundV3Market,
    signature: string,
    args: Words,
    words: Words,
  ) => Promise<void>
  /** The token of a collateral asset, or the base token. */
  readonly tokenOf: (market: CompoundV3Market, offset?: number) => Address
}

const address = (number: number): Address => numberToHex(number, { size: 20 })

function calldata(signature: string, args: Words): Hex {
  const selector = toFunctionSelector(`function ${signature}`)
  return concatHex([selector, ...args.map((arg) => numberToHex(arg, { size: 32 }))])
}

function textWords(text: string): Words {
  const bytes = Buffer.from(text, 'latin1').toString('hex').padEnd(64, '0')
  return [32n, BigInt(text.length), BigInt(`0x${bytes}`)]
}

function stateOf(id: string, at: number): MarginState {
  const { cases } = parseTruthFile(readFileSync(FILE, 'utf8'), FILE.pathname)
  const state = recordedState(cases.find((truthCase) => truthCase.id === id))
  return { ...state, at, market: { ...state.market, lastAccrual: at - state.at } }
}

/** The markets, at a block whose time is that of the recorded calls. */
export async function openMarkets(): Promise<LocalWorld> {
  const anvil = await startAnvil({ chainId: CHAIN })
  try {
    return await open(anvil)
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

async function open(anvil: Anvil): Promise<LocalWorld> {
  const at = Number((await getBlock(anvil.client)).timestamp) + 60
  const owners = [address(0xb0_22), address(0x1e_4d), address(0x40_b0)] as const
  const [borrower, lender, nobody] = owners
  const oracle = address(0x04ac1e)
  const states = [stateOf(CASES.safe, at), stateOf(CASES.overdue, at)] as const
  const common = { chain: CHAIN, pricesIn: 'dollars', dollarPrices: null } as const
  const markets = [
    { ...common, name: 'Local first', comet: address(0xc0_0001) },
    {
      ...common,
      name: 'Local second',
      comet: address(0xc0_0002),
      pricesIn: 'base-token',
      dollarPrices: oracle,
    },
  ] as const satisfies readonly CompoundV3Market[]
  const say = (to: Address, signature: string, args: Words, words: Words): Promise<void> =>
    tell(anvil, to, calldata(signature, args), words)
  const [first, second] = states
  for (const [index, state] of states.entries()) {
    const market = markets[index]
    if (market === undefined) throw new RangeError('a market is missing')
    await tellMarket(say, market, state)
    await tellAccount(say, market, borrower, state)
    await tellAccount(say, market, lender, lent(state))
    await tellAccount(say, market, nobody, { ...state, principal: 0n, collateral: [] })
  }
  await say(oracle, 'getPriceOracle()', [], [BigInt(oracle)])
  await say(oracle, 'BASE_CURRENCY_UNIT()', [], [10n ** 8n])
  const base = BigInt(tokenOf(markets[1]))
  await say(oracle, 'getAssetPrice(address)', [base], [DOLLARS])
  await nextBlockAt(anvil.client, at)
  await nodeRequest(anvil.client, 'evm_mine')
  return {
    anvil,
    markets,
    owners,
    states: [first, second],
    answer: ({ comet }, signature, args, words) => say(comet, signature, args, words),
    tokenOf,
  }
}

/** A tenth of the market's supply, and the first collateral asset. */
const lent = (state: MarginState): MarginState => ({
  ...state,
  principal: state.market.totalSupply / 10n,
  collateral: state.collateral.slice(0, 1),
})

type Say = (to: Address, signature: string, args: Words, words: Words) => Promise<void>

/** Tokens and feeds stand at addresses of their own beside their market; the base token's place is −1. */
const tokenOf = ({ comet }: CompoundV3Market, offset = -1): Address =>
  numberToHex((BigInt(comet) << 32n) + BigInt(0x70_0000 + offset + 1), { size: 20 })
const feedOf = ({ comet }: CompoundV3Market, offset = -1): Address =>
  numberToHex((BigInt(comet) << 32n) + BigInt(0xfe_0000 + offset + 1), { size: 20 })

async function tellToken(say: Say, token: Address, symbol: string, scale: bigint): Promise<void> {
  await say(token, 'symbol()', [], textWords(symbol))
  await say(token, 'decimals()', [], [BigInt(String(scale).length - 1)])
}

async function tellMarket(say: Say, market: CompoundV3Market, state: MarginState): Promise<void> {
  const { comet } = market
  const stored = state.market
  const base = tokenOf(market)
  const { supplyCurve, borrowCurve } = stored
  const one: { readonly [name: string]: bigint } = {
    numAssets: BigInt(state.collateral.length),
    baseToken: BigInt(base),
    baseTokenPriceFeed: BigInt(feedOf(market)),
    baseBorrowMin: stored.baseBorrowMin,
    targetReserves: stored.targetReserves,
    storeFrontPriceFactor: stored.storeFrontPriceFactor,
    supplyKink: supplyCurve.kink,
    supplyPerSecondInterestRateBase: supplyCurve.base,
    supplyPerSecondInterestRateSlopeLow: supplyCurve.slopeLow,
    supplyPerSecondInterestRateSlopeHigh: supplyCurve.slopeHigh,
    borrowKink: borrowCurve.kink,
    borrowPerSecondInterestRateBase: borrowCurve.base,
    borrowPerSecondInterestRateSlopeLow: borrowCurve.slopeLow,
    borrowPerSecondInterestRateSlopeHigh: borrowCurve.slopeHigh,
    getUtilization: utilization(stored),
  }
  for (const [name, value] of Object.entries(one)) await say(comet, `${name}()`, [], [value])
  const { supplyIndex, borrowIndex, totalSupply, totalBorrow, lastAccrual } = stored
  await say(
    comet,
    'totalsBasic()',
    [],
    [supplyIndex, borrowIndex, 0n, 0n, totalSupply, totalBorrow, BigInt(lastAccrual), 0n],
  )
  await tellToken(say, base, 'BASE', stored.baseScale)
  await say(base, 'balanceOf(address)', [BigInt(comet)], [stored.baseHeld])
  await say(comet, 'getPrice(address)', [BigInt(feedOf(market))], [state.basePrice])
  for (const [offset, asset] of state.collateral.entries()) {
    const [token, feed] = [tokenOf(market, offset), feedOf(market, offset)]
    await tellToken(say, token, `COLL${offset}`, asset.scale)
    await say(
      comet,
      'getAssetInfo(uint8)',
      [BigInt(offset)],
      [
        BigInt(offset),
        BigInt(token),
        BigInt(feed),
        asset.scale,
        asset.borrowCollateralFactor,
        asset.liquidateCollateralFactor,
        asset.liquidationFactor,
        asset.supplyCap * 2n,
      ],
    )
    await say(comet, 'totalsCollateral(address)', [BigInt(token)], [asset.totalSupplied, 0n])
    await say(comet, 'getPrice(address)', [BigInt(feed)], [asset.price])
  }
}

async function tellAccount(
  say: Say,
  market: CompoundV3Market,
  owner: Address,
  state: MarginState,
): Promise<void> {
  const { comet } = market
  const { supplied, borrowed } = accountValue(state)
  const bits = (1n << BigInt(state.collateral.length)) - 1n
  await say(comet, 'userBasic(address)', [BigInt(owner)], [state.principal, 0n, 0n, bits, 0n])
  await say(comet, 'balanceOf(address)', [BigInt(owner)], [supplied])
  await say(comet, 'borrowBalanceOf(address)', [BigInt(owner)], [borrowed])
  await say(comet, 'isLiquidatable(address)', [BigInt(owner)], [BigInt(isLiquidatableView(state))])
  for (const [offset, { balance }] of state.collateral.entries()) {
    const args = [BigInt(owner), BigInt(tokenOf(market, offset))]
    await say(comet, 'userCollateral(address,address)', args, [balance, 0n])
  }
}
