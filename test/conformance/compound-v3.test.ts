import { resolveAsset } from '@plimsoll/adapters/assets'
import { compoundV3 } from '@plimsoll/adapters/lending/compound-v3'
import type { Adapter, Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { http } from 'viem'
import { describe, it } from 'vitest'
import { openMarkets } from '../compound-v3/localWorld.js'

async function record(): Promise<{ readonly adapter: Adapter; readonly recording: Recording }> {
  const { anvil, markets, owners } = await openMarkets()
  try {
    // The market that counts in its base token: the one that asks for most.
    const adapter = compoundV3({ markets: [markets[1]] })
    const client = createClient({
      chains: [{ id: markets[0].chain, transport: http(anvil.rpcUrl) }],
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

const recorded = await record()
describeConformance({ describe, it }, { ...recorded, registry: resolveAsset })
