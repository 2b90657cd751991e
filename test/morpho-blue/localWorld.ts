import type { MorphoBlueDeployment } from '@plimsoll/adapters/lending/morpho-blue'
import { adaptiveCurveRate } from '@plimsoll/adapters/lending/morpho-blue/exact'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import {
  deployMorphoBlue,
  type LocalMorphoBlue,
  type LocalMorphoBlueMarket,
  morphoBlueArtifacts,
} from '@plimsoll/testkit/venues'
import { type Address, maxUint256, parseAbi } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { nextBlockAt, nodeRequest, transact } from '../contracts/aave-v3/transact.js'
import { deployToken } from '../contracts/morpho-blue/local-market.js'

const CHAIN = 31_337
const DAY = 86_400
const TOKEN = parseAbi([
  'function approve(address spender, uint256 amount) returns (bool)',
  'function mint(address account, uint256 amount) returns (bool)',
])
const WAD = 10n ** 18n
const USDC = 10n ** 6n
/** Four percent a year. */
const RATE = WAD / 25n / 31_536_000n

/** Two markets on a local node, and owners: a borrower in both, a borrower and lender, and nobody. */
export type LocalWorld = {
  readonly anvil: Anvil
  readonly venue: LocalMorphoBlue
  readonly deployment: MorphoBlueDeployment
  readonly owners: readonly [Address, Address, Address]
  /** Lends to both markets, and could liquidate: it has tokens and approved them. */
  readonly lender: Address
  /** WETH against USDC under the adaptive rate model; wstETH against USDC under another one. */
  readonly markets: readonly [LocalMorphoBlueMarket, LocalMorphoBlueMarket]
  readonly dollarOracle: Address
  /**
   * Prepares the next block, this much later, with what the adaptive rate model would answer then.
   *
   * @returns its time
   */
  readonly prepare: (seconds: number) => Promise<number>
  /** A block this much later. */
  readonly pass: (seconds: number) => Promise<void>
}

/** Loans in two markets, a day after they were taken. */
export async function openLoans(): Promise<LocalWorld> {
  const anvil = await startAnvil({ chainId: CHAIN })
  try {
    return await open(anvil)
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

async function open(anvil: Anvil): Promise<LocalWorld> {
  const { client } = anvil
  const loanToken = await deployToken(anvil, 'USDC', 6)
  const weth = await deployToken(anvil, 'WETH', 18)
  const wsteth = await deployToken(anvil, 'wstETH', 18)
  const common = { loanToken, borrowRate: RATE }
  const price = (dollars: bigint): bigint => dollars * 10n ** 24n
  const venue = await deployMorphoBlue(client, {
    artifacts: await morphoBlueArtifacts(import.meta.url),
    markets: [
      { ...common, collateralToken: weth, lltv: (86n * WAD) / 100n, price: price(3_000n) },
      { ...common, collateralToken: wsteth, lltv: (77n * WAD) / 100n, price: price(3_600n) },
    ],
  })
  const [first, second] = venue.markets
  if (first === undefined || second === undefined) throw new RangeError('markets are missing')
  const dollarOracle = await venue.mock()
  await venue.answer(dollarOracle, 'getPriceOracle()', BigInt(dollarOracle))
  await venue.answer(dollarOracle, 'BASE_CURRENCY_UNIT()', 10n ** 8n)
  await venue.answer(dollarOracle, 'getAssetPrice(address)', 99_990_000n)

  const accounts = (await nodeRequest(client, 'eth_accounts')) as readonly Address[]
  const [, borrower, both, nobody, lender] = accounts
  if (!borrower || !both || !nobody || !lender) throw new RangeError('accounts are missing')
  const call = (from: Address, name: string, args: readonly unknown[]) =>
    transact(client, from, venue.morpho, venue.abi, name, args)
  for (const owner of [borrower, both, lender]) {
    for (const token of [loanToken, weth, wsteth]) {
      await transact(client, owner, token, TOKEN, 'mint', [owner, 10n ** 26n])
      await transact(client, owner, token, TOKEN, 'approve', [venue.morpho, maxUint256])
    }
  }
  const post = (owner: Address, { params }: LocalMorphoBlueMarket, assets: bigint) =>
    call(owner, 'supplyCollateral', [params, assets, owner, '0x'])
  const borrow = (owner: Address, { params }: LocalMorphoBlueMarket, assets: bigint) =>
    call(owner, 'borrow', [params, assets, 0n, owner, owner])
  for (const market of [first, second]) {
    await call(lender, 'supply', [market.params, 100_000n * USDC, 0n, lender, '0x'])
  }
  await post(borrower, first, 10n * WAD)
  await borrow(borrower, first, 21_000n * USDC)
  await post(borrower, second, 2n * WAD)
  await borrow(borrower, second, 5_000n * USDC)
  await post(both, first, 3n * WAD)
  await borrow(both, first, 7_600n * USDC)
  await call(both, 'supply', [second.params, 4_000n * USDC, 0n, both, '0x'])

  const prepare = async (seconds: number): Promise<number> => {
    const at = Number((await getBlock(client)).timestamp) + seconds
    const words = (await readContract(client, {
      address: venue.morpho,
      abi: venue.abi,
      functionName: 'market',
      args: [first.id],
    })) as readonly bigint[]
    const [totalSupplyAssets = 0n, , totalBorrowAssets = 0n, , lastUpdate = 0n] = words
    const market = { totalSupplyAssets, totalBorrowAssets, lastUpdate: Number(lastUpdate) }
    const { borrowRate } = adaptiveCurveRate(market, RATE, at)
    const inputs =
      '((address,address,address,address,uint256),(uint128,uint128,uint128,uint128,uint128,uint128))'
    await venue.answer(first.params.irm, 'rateAtTarget(bytes32)', RATE)
    await venue.answer(first.params.irm, `borrowRateView${inputs}`, borrowRate)
    await venue.answer(first.params.irm, `borrowRate${inputs}`, borrowRate)
    await nextBlockAt(client, at)
    return at
  }
  const pass = async (seconds: number): Promise<void> => {
    await prepare(seconds)
    await nodeRequest(client, 'evm_mine')
  }
  await pass(DAY)
  return {
    anvil,
    venue,
    deployment: {
      chain: CHAIN,
      name: 'Local',
      morpho: venue.morpho,
      adaptiveCurveIrm: first.params.irm,
      dollarPrices: dollarOracle,
    },
    owners: [borrower, both, nobody],
    lender,
    markets: [first, second],
    dollarOracle,
    prepare,
    pass,
  }
}
