import { resolveAsset } from '@plimsoll/adapters/assets'
import { walletTokens } from '@plimsoll/adapters/wallet/tokens'
import type { Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { startAnvil } from '@plimsoll/testkit/anvil'
import { describeConformance } from '@plimsoll/testkit/conformance'
import type { Hex } from 'viem'
import { createTestClient, http, pad, toHex } from 'viem'
import { describe, it } from 'vitest'

const CHAIN = 1
const USDC = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
const WSTETH = '0x7f39c581f595b53c5cb19bd0b3f8da6c935e2ca0'
const UNKNOWN = `0x${'7c'.repeat(20)}` as const
const RICH = `0x${'a1'.repeat(20)}` as const
const POOR = `0x${'b2'.repeat(20)}` as const
const EMPTY = `0x${'e0'.repeat(20)}` as const

/** `balanceOf(owner)` is the storage slot of that number. */
const TOKEN: Hex = '0x6004355460005260206000f3'

const adapter = walletTokens({
  chains: [CHAIN],
  tokens: {
    [CHAIN]: [
      { address: USDC, symbol: 'USDC', decimals: 6 },
      { address: WSTETH, symbol: 'wstETH', decimals: 18 },
      { address: UNKNOWN, symbol: 'USDC', decimals: 6 },
    ],
  },
})

async function record(): Promise<Recording> {
  const anvil = await startAnvil({ chainId: CHAIN })
  try {
    const chain = createTestClient({
      mode: 'anvil',
      chain: anvil.chain,
      transport: http(anvil.rpcUrl),
    })
    const give = async (token: Hex, owner: Hex, balance: bigint) => {
      await chain.setCode({ address: token, bytecode: TOKEN })
      await chain.setStorageAt({
        address: token,
        index: pad(owner, { size: 32 }),
        value: toHex(balance, { size: 32 }),
      })
    }
    await chain.setBalance({ address: RICH, value: 3n * 10n ** 18n })
    await give(USDC, RICH, 1_234_567_890n)
    await give(WSTETH, RICH, 10n ** 18n)
    await give(UNKNOWN, POOR, 5_000_000n)
    await give(USDC, POOR, 1n)
    await chain.mine({ blocks: 1 })
    const client = createClient({
      chains: [{ id: CHAIN, transport: http(anvil.rpcUrl) }],
      adapters: [adapter],
    })
    const recorder = recordReads(client)
    await readPortfolio(recorder.client, { owners: [RICH, POOR, EMPTY] })
    return recorder.recording()
  } finally {
    await anvil.stop()
  }
}

describeConformance(
  { describe, it },
  { adapter, recording: await record(), registry: resolveAsset },
)
