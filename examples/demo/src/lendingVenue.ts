import type { Anvil } from '@plimsoll/testkit/anvil'
import type { LocalAaveV3 } from '@plimsoll/testkit/venues'
import { aaveV30Artifacts, deployAaveV30 } from '@plimsoll/testkit/venues'
import type { Address } from 'viem'
import { CallExecutionError, encodeFunctionData, parseAbi, parseUnits } from 'viem'
import { call, readContract, sendTransaction, waitForTransactionReceipt } from 'viem/actions'
import { ETH_PRICE, POSITION } from './story.js'

const POOL = parseAbi([
  'function supply(address asset, uint256 amount, address onBehalfOf, uint16 referralCode)',
  'function borrow(address asset, uint256 amount, uint256 mode, uint16 referralCode, address onBehalfOf)',
  'function liquidationCall(address collateralAsset, address debtAsset, address user, uint256 debtToCover, bool receiveAToken)',
  'function getUserAccountData(address user) view returns (uint256 totalCollateralBase, uint256 totalDebtBase, uint256 availableBorrowsBase, uint256 currentLiquidationThreshold, uint256 ltv, uint256 healthFactor)',
])
const ERC20 = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])
const VARIABLE_RATE = 2n
const GAS = 2_000_000n

/** Deploys the real contracts of Aave 3.0 with two markets, and lends out USDC for others to borrow. */
export async function deployLendingVenue(anvil: Anvil, lender: Address): Promise<LocalAaveV3> {
  const venue = await deployAaveV30(anvil.client, {
    artifacts: aaveV30Artifacts(import.meta.url),
    assets: [
      {
        symbol: 'WETH',
        decimals: 18,
        priceE8: BigInt(ETH_PRICE) * 10n ** 8n,
        ltvBps: 8000,
        liquidationThresholdBps: 8250,
        liquidationBonusBps: 10_500,
      },
      {
        symbol: 'USDC',
        decimals: 6,
        priceE8: 10n ** 8n,
        ltvBps: 7700,
        liquidationThresholdBps: 8000,
        liquidationBonusBps: 10_450,
      },
    ],
  })
  await supply(venue, lender, 'USDC', parseUnits('1000000', 6))
  await prepareLiquidator(venue, lender)
  return venue
}

/** Opens the demo's position: WETH lent, USDC borrowed against it. */
export async function openPosition(venue: LocalAaveV3, owner: Address): Promise<void> {
  await supply(venue, owner, 'WETH', parseUnits(String(POSITION.weth), 18))
  await transact(venue, owner, {
    to: venue.pool,
    data: encodeFunctionData({
      abi: POOL,
      functionName: 'borrow',
      args: [assetOf(venue, 'USDC'), parseUnits(String(POSITION.usdc), 6), VARIABLE_RATE, 0, owner],
    }),
  })
}

/** The contract's own health factor (1e18 = 1). */
export async function healthFactor(
  venue: LocalAaveV3,
  owner: Address,
  blockNumber: bigint,
): Promise<bigint> {
  const data = await readContract(venue.client, {
    address: venue.pool,
    abi: POOL,
    functionName: 'getUserAccountData',
    args: [owner],
    blockNumber,
  })
  return data[5]
}

/** Whether a liquidation of one dollar of the debt would go through, tried on the real contract. */
export async function liquidationSucceeds(
  { client, pool, assets }: LocalAaveV3,
  owner: Address,
  liquidator: Address,
  blockNumber: bigint,
): Promise<boolean> {
  const [collateral, debt] = [assets.WETH?.address, assets.USDC?.address]
  if (collateral === undefined || debt === undefined) return false
  const data = encodeFunctionData({
    abi: POOL,
    functionName: 'liquidationCall',
    args: [collateral, debt, owner, parseUnits('1', 6), false],
  })
  try {
    await call(client, { account: liquidator, to: pool, data, blockNumber })
    return true
  } catch (error) {
    if (error instanceof CallExecutionError) return false
    throw error
  }
}

/** Dollars to liquidate with, approved. */
async function prepareLiquidator(venue: LocalAaveV3, liquidator: Address): Promise<void> {
  await venue.mint('USDC', liquidator, parseUnits('100', 6))
  await approve(venue, liquidator, assetOf(venue, 'USDC'), parseUnits('100', 6))
}

async function supply(
  venue: LocalAaveV3,
  from: Address,
  symbol: string,
  amount: bigint,
): Promise<void> {
  const asset = assetOf(venue, symbol)
  await venue.mint(symbol, from, amount)
  await approve(venue, from, asset, amount)
  await transact(venue, from, {
    to: venue.pool,
    data: encodeFunctionData({
      abi: POOL,
      functionName: 'supply',
      args: [asset, amount, from, 0],
    }),
  })
}

async function approve(
  venue: LocalAaveV3,
  from: Address,
  asset: Address,
  amount: bigint,
): Promise<void> {
  await transact(venue, from, {
    to: asset,
    data: encodeFunctionData({ abi: ERC20, functionName: 'approve', args: [venue.pool, amount] }),
  })
}

function assetOf(venue: LocalAaveV3, symbol: string): Address {
  const asset = venue.assets[symbol]
  if (asset === undefined) throw new RangeError(`The local venue does not list ${symbol}.`)
  return asset.address
}

async function transact(
  { client }: LocalAaveV3,
  account: Address,
  call: { readonly to: Address; readonly data: `0x${string}` },
): Promise<void> {
  // An estimate made in one second is short in the next, when interest accrues.
  const hash = await sendTransaction(client, { account, ...call, gas: GAS })
  const receipt = await waitForTransactionReceipt(client, { hash })
  if (receipt.status !== 'success') throw new RangeError(`Transaction ${hash} reverted.`)
}
