import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LocalPositions } from '../../../test/conformance/localAave.js'
import { openPositions } from '../../../test/conformance/localAave.js'
import { madeUpVenue } from '../../../test/hyperliquid/madeUp.js'
import type { Question } from '../../../test/hyperliquid/venue.js'
import { marginHealth } from './main.js'

const MAINNET = 1
const answer = madeUpVenue(
  {
    mode: 'default',
    dexes: [
      {
        name: '',
        collateralToken: 0,
        rawUsd: 17_000_000_000,
        positions: [
          {
            coin: 'ETH',
            size: -500,
            price: 300_000,
            maxLeverage: 25,
            leverage: 10,
            isolated: null,
          },
        ],
      },
    ],
    spot: {},
  },
  Date.now(),
)
const venue = setupServer(
  http.post('https://api.hyperliquid.xyz/info', async ({ request }) =>
    HttpResponse.json(answer((await request.json()) as Question) as never),
  ),
)

let local: LocalPositions
beforeAll(async () => {
  local = await openPositions('3.0', MAINNET)
  venue.listen({ onUnhandledFrame: 'bypass' })
}, 60_000)
afterAll(async () => {
  venue.close()
  await local.anvil.stop()
})

const lending = () => {
  const { pool, provider } = local.venue
  return aaveV3({ markets: [{ chain: MAINNET, name: 'Ethereum Core', pool, provider }] })
}

describe('marginHealth', () => {
  it('says how near each account and the portfolio is to liquidation', async () => {
    const [borrower = ''] = local.owners
    const text = await marginHealth(borrower, local.anvil.rpcUrl, [lending(), hyperliquid()])
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^Ethereum Core: health 1\.43\d\d$/),
      expect.stringMatching(/^Hyperliquid.*: health 6\.6667$/),
      expect.stringMatching(/^Portfolio: health 1\.43\d\d$/),
    ])
  })

  it('says what could not be read, and gives no number then', async () => {
    venue.use(
      http.post('https://api.hyperliquid.xyz/info', () => new HttpResponse('no', { status: 422 })),
    )
    const [borrower = ''] = local.owners
    const text = await marginHealth(borrower, local.anvil.rpcUrl, [lending(), hyperliquid()])
    expect(text).toMatch(/^hyperliquid: .*422/m)
    expect(text).toMatch(/^Portfolio: (?!health)/m)
  })
})
