import type { AaveV3Market } from '@plimsoll/adapters/lending/aave-v3'
import type { Adapter, Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import type { Anvil } from '@plimsoll/testkit/anvil'
import { startAnvil } from '@plimsoll/testkit/anvil'
import type { AaveV3Asset, AaveV3EMode, LocalAaveV3 } from '@plimsoll/testkit/venues'
import {
  aaveV30Artifacts,
  aaveV36Artifacts,
  deployAaveV30,
  deployAaveV36,
} from '@plimsoll/testkit/venues'
import type { Address } from 'viem'
import { encodeFunctionData, http, maxUint256, parseAbi } from 'viem'

const CHAIN = 31_337
const E8 = 10n ** 8n
const ERC20 = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])

const ASSETS: readonly AaveV3Asset[] = [
  {
    symbol: 'WETH',
    decimals: 18,
    priceE8: 3_000n * E8,
    ltvBps: 8_000,
    liquidationThresholdBps: 8_250,
    liquidationBonusBps: 10_500,
  },
  {
    symbol: 'wstETH',
    decimals: 18,
    priceE8: 3_600n * E8,
    ltvBps: 7_000,
    liquidationThresholdBps: 7_500,
    liquidationBonusBps: 10_700,
  },
  {
    symbol: 'USDC',
    decimals: 6,
    priceE8: E8,
    ltvBps: 7_700,
    liquidationThresholdBps: 8_000,
    liquidationBonusBps: 10_450,
  },
]
const E_MODES: readonly AaveV3EMode[] = [
  {
    id: 1,
    ltvBps: 9_300,
    liquidationThresholdBps: 9_500,
    liquidationBonusBps: 10_100,
    collateral: ['WETH', 'wstETH'],
    borrowable: ['WETH', 'wstETH'],
  },
]

/** A pool on a local node, and owners: a borrower, a staker in e-mode, a saver, and nobody. */
export type LocalPositions = {
  readonly anvil: Anvil
  readonly venue: LocalAaveV3
  readonly owners: readonly Address[]
}

/** A pool with liquidity, a loan in stablecoins, a leveraged staker in e-mode and a saver. */
export async function openPositions(
  revision: '3.0' | '3.6',
  chainId: number,
): Promise<LocalPositions> {
  const anvil = await startAnvil({ chainId })
  const common = { assets: ASSETS, eModes: E_MODES }
  const venue =
    revision === '3.0'
      ? await deployAaveV30(anvil.client, {
          ...common,
          artifacts: aaveV30Artifacts(import.meta.url),
        })
      : await deployAaveV36(anvil.client, {
          ...common,
          artifacts: await aaveV36Artifacts(import.meta.url),
        })
  const accounts = (await anvil.client.request({ method: 'eth_accounts' })) as readonly Address[]
  const [, lender, borrower, staker, saver, nobody] = accounts
  const send = (from: Address | undefined, to: Address, data: `0x${string}`) =>
    anvil.client.request({
      method: 'eth_sendTransactionSync',
      params: [{ from, to, data, gas: '0x1c9c380' }],
    } as never)
  const pool = (from: Address | undefined, functionName: string, args: readonly unknown[]) =>
    send(
      from,
      venue.pool,
      encodeFunctionData({ abi: venue.poolAbi, functionName, args: [...args] }),
    )
  const token = (symbol: string) => venue.assets[symbol]?.address ?? venue.pool
  const supply = async (from: Address | undefined, symbol: string, amount: bigint) => {
    await venue.mint(symbol, from ?? venue.admin, amount)
    const data = encodeFunctionData({
      abi: ERC20,
      functionName: 'approve',
      args: [venue.pool, maxUint256],
    })
    await send(from, token(symbol), data)
    await pool(from, 'supply', [token(symbol), amount, from, 0])
  }
  const borrow = (from: Address | undefined, symbol: string, amount: bigint) =>
    pool(from, 'borrow', [token(symbol), amount, 2n, 0, from])

  await supply(lender, 'USDC', 10n ** 13n)
  await supply(lender, 'WETH', 10n ** 21n)
  await supply(borrower, 'WETH', 10n * 10n ** 18n)
  await supply(borrower, 'wstETH', 2n * 10n ** 18n)
  await borrow(borrower, 'USDC', 21_000_000_000n)
  await pool(staker, 'setUserEMode', [1])
  await supply(staker, 'wstETH', 10n * 10n ** 18n)
  await borrow(staker, 'WETH', 10n * 10n ** 18n)
  await supply(saver, 'USDC', 5_000_000_000n)
  await anvil.client.request({ method: 'evm_increaseTime', params: [86_400] } as never)
  await anvil.client.request({ method: 'evm_mine', params: [] } as never)
  return {
    anvil,
    venue,
    owners: [borrower, staker, saver, nobody].flatMap((owner) => owner ?? []),
  }
}

/** An adapter of a local pool, and a recording of one read of its owners. */
export async function recordAave(
  revision: '3.0' | '3.6',
  adapterOf: (markets: readonly AaveV3Market[]) => Adapter,
): Promise<{ readonly adapter: Adapter; readonly recording: Recording }> {
  const { anvil, venue, owners } = await openPositions(revision, CHAIN)
  try {
    const { pool, provider } = venue
    const adapter = adapterOf([{ chain: CHAIN, name: 'Local', pool, provider }])
    const client = createClient({
      chains: [{ id: CHAIN, transport: http(anvil.rpcUrl) }],
      adapters: [adapter],
    })
    const recorder = recordReads(client)
    // What is asked depends on who is asked about: record a refresh and each owner alone, too.
    await readPortfolio(recorder.client, { owners })
    await readPortfolio(recorder.client, { owners })
    for (const owner of owners) await readPortfolio(recorder.client, { owners: [owner] })
    return { adapter, recording: recorder.recording() }
  } finally {
    await anvil.stop()
  }
}
