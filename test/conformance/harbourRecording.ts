import type { Adapter, Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { http } from 'viem'
import type { LocalHarbour } from '../../examples/custom-adapter/src/localHarbour.js'
import { startLocalHarbour } from '../../examples/custom-adapter/src/localHarbour.js'
import { HARBOUR_CHAIN } from '../../examples/custom-adapter/src/market.js'

export const OWNERS = [
  `0x${'a1'.repeat(20)}`,
  `0x${'b2'.repeat(20)}`,
  `0x${'c3'.repeat(20)}`,
  `0x${'e0'.repeat(20)}`,
] as const

/** The local venue with a leveraged, a safer and a debtless owner, and one without a position. */
export async function startRecordedHarbour(): Promise<LocalHarbour> {
  const local = await startLocalHarbour()
  const [alice, bob, carol] = OWNERS
  await local.setMarket({ priceE8: 200_000_000_000n, thresholdBps: 8_000, status: 'FROZEN' })
  await local.setPosition(alice, { collateral: 10n * 10n ** 18n, debt: 12_345_678_901n })
  await local.setPosition(bob, { collateral: 3n * 10n ** 18n, debt: 1_000_000_000n })
  await local.setPosition(carol, { collateral: 5n * 10n ** 17n, debt: 0n })
  return local
}

/** Records one read of the local venue by an adapter. */
export async function recordHarbour(
  local: LocalHarbour,
  adapter: Adapter,
  owners: readonly string[] = OWNERS,
): Promise<Recording> {
  const recorder = recordReads(
    createClient({
      chains: [{ id: HARBOUR_CHAIN, transport: http(local.anvil.rpcUrl) }],
      adapters: [adapter],
      hosts: { harbour: { indexer: local.indexerUrl } },
    }),
  )
  await readPortfolio(recorder.client, { owners })
  return recorder.recording()
}
