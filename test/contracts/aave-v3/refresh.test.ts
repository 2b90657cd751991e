import { aaveV3 } from '@plimsoll/adapters/lending/aave-v3'
import { createClient, readPortfolio } from '@plimsoll/client'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import {
  type AaveV3Asset,
  aaveV36Artifacts,
  deployAaveV36,
  type LocalAaveV3,
} from '@plimsoll/testkit/venues'
import { type Address, custom, type Hex, maxUint256, parseAbi } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeRequest, transact } from './transact.js'

const RESERVES = 60
const HELD = 9
const CHAIN = 31_337
const TOKEN = parseAbi(['function approve(address spender, uint256 amount) returns (bool)'])
const ASSETS: readonly AaveV3Asset[] = Array.from({ length: RESERVES }, (_, index) => ({
  symbol: `T${index}`,
  decimals: 18,
  priceE8: 10n ** 8n,
  ltvBps: 7_000,
  liquidationThresholdBps: 8_000,
  liquidationBonusBps: 10_500,
}))

describe('a refresh of 9 held reserves of 60', () => {
  let anvil: Anvil
  let venue: LocalAaveV3
  let user: Address
  beforeAll(async () => {
    anvil = await startAnvil()
    const [, owner, lender] = (await nodeRequest(
      anvil.client,
      'eth_accounts',
    )) as readonly Address[]
    user = owner ?? '0x'
    const held = ASSETS.filter((_, index) => index % 7 === 0)
    venue = await deployAaveV36(anvil.client, {
      artifacts: await aaveV36Artifacts(import.meta.url),
      assets: ASSETS,
      eModes: [
        {
          id: 1,
          ltvBps: 9_000,
          liquidationThresholdBps: 9_300,
          liquidationBonusBps: 10_100,
          collateral: held.map(({ symbol }) => symbol),
          borrowable: held.map(({ symbol }) => symbol),
        },
      ],
    })
    const pool = (from: Address, name: string, args: readonly unknown[]): Promise<unknown> =>
      transact(anvil.client, from, venue.pool, venue.poolAbi, name, args)
    await pool(user, 'setUserEMode', [1])
    for (const [index, { symbol }] of held.entries()) {
      const address = venue.assets[symbol]?.address ?? '0x'
      const supplier = index < 6 ? user : (lender ?? '0x')
      await venue.mint(symbol, supplier, 10n ** 24n)
      await transact(anvil.client, supplier, address, TOKEN, 'approve', [venue.pool, maxUint256])
      await pool(supplier, 'supply', [address, 10n ** 24n, supplier, 0])
      if (index >= 6) await pool(user, 'borrow', [address, 10n ** 22n, 2n, 0, user])
    }
  })
  afterAll(() => anvil?.stop())

  it('is one eth_call of at most 12 kB', async () => {
    const answers: number[] = []
    const counting = custom({
      request: async (request: { readonly method: string }) => {
        const answer = await anvil.client.request(request as never)
        if (request.method === 'eth_call') answers.push(((answer as Hex).length - 2) / 2)
        return answer
      },
    })
    const market = { chain: CHAIN, name: 'Sixty', pool: venue.pool, provider: venue.provider }
    const client = createClient({
      chains: [{ id: CHAIN, transport: counting }],
      adapters: [aaveV3({ markets: [market] })],
    })
    const first = await readPortfolio(client, { owners: [user] })
    expect(first.accounts[0]?.legs).toHaveLength(HELD)
    await nodeRequest(anvil.client, 'evm_mine')
    answers.length = 0
    const second = await readPortfolio(client, { owners: [user] })
    expect(second.accounts[0]?.reconciliation.status).toBe('reconciled')
    expect(second.accounts[0]?.rule.modes).toEqual({ emode: '1' })
    expect(answers).toHaveLength(1)
    expect(answers[0]).toBeLessThanOrEqual(12_000)
    console.info(`${answers[0]} bytes`)
  })
})
