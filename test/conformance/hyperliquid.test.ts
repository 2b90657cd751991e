import { resolveAsset } from '@plimsoll/adapters/assets'
import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import type { Recording } from '@plimsoll/client'
import { createClient, readPortfolio, recordReads } from '@plimsoll/client'
import { describeConformance } from '@plimsoll/testkit/conformance'
import { describe, it } from 'vitest'
import type { MadeAccount, MadeMode } from '../hyperliquid/madeUp.js'
import { madeUpVenue } from '../hyperliquid/madeUp.js'
import type { Question } from '../hyperliquid/venue.js'

const NOW = Date.UTC(2026, 9, 1)
const LONG = `0x${'a1'.repeat(20)}`
const SHORT = `0x${'b2'.repeat(20)}`
const EMPTY = `0x${'e0'.repeat(20)}`
const isDeep = process.env.PLIMSOLL_DEEP === '1'
const POOLED: readonly MadeMode[] = ['unifiedAccount', 'portfolioMargin']

const ETH = { coin: 'ETH', price: 300_000, maxLeverage: 25, leverage: 10 }
const SOL = { coin: 'SOL', price: 15_000, maxLeverage: 20, leverage: 5 }
const GOLD = { coin: 'xyz:GOLD', price: 400_000, maxLeverage: 20, leverage: 5 }

/** Cross and isolated, main dex and a HIP-3 dex; raw balances are what opening it at par leaves. */
function accounts(mode: MadeMode): { readonly [owner: string]: MadeAccount } {
  const isPooled = POOLED.includes(mode)
  const own = (rawUsd: number) => (isPooled ? 0 : rawUsd)
  return {
    [LONG]: {
      mode,
      dexes: [
        {
          name: '',
          collateralToken: 0,
          rawUsd: own(-28_000_000_000),
          positions: [
            { ...ETH, size: 1_000, isolated: null },
            { ...SOL, size: -2_000, isolated: 3_600_000_000 },
          ],
        },
        {
          name: 'xyz',
          collateralToken: 0,
          rawUsd: own(1_000_000_000),
          positions: [{ ...GOLD, size: 50, isolated: -1_500_000_000 }],
        },
      ],
      spot: { 0: isPooled ? 600_000_000_000 : 25_000_000_000 },
    },
    [SHORT]: {
      mode,
      dexes: [
        {
          name: '',
          collateralToken: 0,
          rawUsd: own(17_000_000_000),
          positions: [{ ...ETH, size: -500, isolated: null }],
        },
        { name: 'xyz', collateralToken: 0, rawUsd: 0, positions: [] },
      ],
      spot: { 0: isPooled ? 300_000_000_000 : 0 },
    },
    [EMPTY]: {
      mode: 'default',
      dexes: ['', 'xyz'].map((name) => ({ name, collateralToken: 0, rawUsd: 0, positions: [] })),
      spot: {},
    },
  }
}

async function record(mode: MadeMode): Promise<Recording> {
  const made = accounts(mode)
  const long = made[LONG]
  const fetchVenue = (async (_url: unknown, init: { readonly body: string }) => {
    const question = JSON.parse(init.body) as Question
    // What nobody is named in must hold the markets of all: those of the owner with most.
    const account = made[question.user ?? LONG] ?? long
    if (account === undefined) throw new RangeError('no account')
    return Response.json(madeUpVenue(account, NOW)(question))
  }) as unknown as typeof fetch
  const client = createClient({
    chains: [],
    adapters: [hyperliquid()],
    http: { fetch: fetchVenue },
    clock: { now: () => NOW, sleep: () => new Promise(() => {}) },
  })
  const recorder = recordReads(client)
  await readPortfolio(recorder.client, { owners: [LONG, SHORT, EMPTY] })
  return recorder.recording()
}

// The two legacy modes share their arithmetic with the default one: the deep run checks them, too.
const MODES: readonly MadeMode[] = [
  'default',
  'unifiedAccount',
  'portfolioMargin',
  ...(isDeep ? (['disabled', 'dexAbstraction'] as const) : []),
]
for (const mode of MODES) {
  const recording = await record(mode)
  describe(`mode ${mode}`, () => {
    describeConformance(
      { describe, it },
      {
        adapter: hyperliquid(),
        recording,
        ...(isDeep ? { limit: 100_000 } : {}),
        // The venue's own books are not in the registry of chains.
        registry: (asset) => (asset.id.startsWith('eip155:') ? resolveAsset(asset) : asset),
      },
    )
  })
}
