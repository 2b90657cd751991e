import type { Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { unlistedAsset } from '@plimsoll/model'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { http } from 'viem'
import { describe, it } from 'vitest'
import { harbour } from './index.js'
import { startLocalHarbour } from './localHarbour.js'
import { HARBOUR_CHAIN } from './market.js'

const LEVERAGED = `0x${'a1'.repeat(20)}` as const
const SAFE = `0x${'b2'.repeat(20)}` as const
const WITHOUT_DEBT = `0x${'c3'.repeat(20)}` as const
const EMPTY = `0x${'e0'.repeat(20)}` as const

/** One read of four owners of the local venue: three with accounts, one without. */
async function record(): Promise<Recording> {
  const local = await startLocalHarbour()
  try {
    await local.setMarket({ priceE8: 200_000_000_000n, thresholdBps: 8_000, status: 'ACTIVE' })
    await local.setPosition(LEVERAGED, { collateral: 10n * 10n ** 18n, debt: 12_345_678_901n })
    await local.setPosition(SAFE, { collateral: 3n * 10n ** 18n, debt: 1_000_000_000n })
    await local.setPosition(WITHOUT_DEBT, { collateral: 5n * 10n ** 17n, debt: 0n })
    const client = createClient({
      chains: [{ id: HARBOUR_CHAIN, transport: http(local.anvil.rpcUrl) }],
      adapters: [harbour],
      hosts: { harbour: { indexer: local.indexerUrl } },
    })
    const recorder = recordReads(client)
    await readPortfolio(recorder.client, { owners: [LEVERAGED, SAFE, WITHOUT_DEBT, EMPTY] })
    return recorder.recording()
  } finally {
    await local.stop()
  }
}

// #region suite
describeConformance(
  { describe, it },
  { adapter: harbour, recording: await record(), registry: unlistedAsset },
)
// #endregion
