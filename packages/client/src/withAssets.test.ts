import type { Asset } from '@plimsoll/model'
import { erc20, factorId, unlistedAsset } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { Adapter } from './index.js'
import { AdapterError, ask, defineAdapter, withAssets } from './index.js'

const token = unlistedAsset({ id: erc20(1, `0x${'a'.repeat(40)}`), symbol: 'TKN', decimals: 18 })
const other = unlistedAsset({ id: erc20(1, `0x${'b'.repeat(40)}`), symbol: 'OTH', decimals: 6 })
const own: Asset = {
  ...token,
  exposures: [{ factor: factorId('spot:ETH'), elasticity: 1 }],
  source: 'ours',
}

const adapter: Adapter = defineAdapter({
  id: 'toy',
  name: 'Toy',
  kind: 'holdings',
  family: 'wallet',
  chains: [1],
  hosts: {},
  history: 'block',
  discovery: 'none',
  fidelity: {},
  *read() {
    yield* ask([])
    return {
      accounts: [],
      assets: [token, other],
      marks: [],
      shared: {},
      existence: [],
      failures: [],
      asOf: [],
    }
  },
  modules: [],
})

const context = { owners: [], block: null, nowMs: 0, memory: undefined, auth: [] }

describe('withAssets', () => {
  it('replaces entries by id and leaves the rest', async () => {
    const rounds = await withAssets(adapter, [own]).read(context)
    rounds.next([])
    const { value } = rounds.next([])
    expect(value).toMatchObject({ assets: [own, other] })
  })

  it('refuses an entry with other decimals', async () => {
    const read = await withAssets(adapter, [{ ...own, decimals: 6 }]).read(context)
    read.next([])
    expect(() => read.next([])).toThrow(AdapterError)
  })
})
