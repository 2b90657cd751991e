import { readFileSync } from 'node:fs'
import type { Asset, AssetKind } from '@plimsoll/model'
import { assetId, erc20, factorId, nativeCoin, UNLISTED } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  assetHeldAs,
  factorOf,
  indexAsset,
  listedAsset,
  nativeAsset,
  resolveAsset,
} from './index.js'
import { NATIVE_COINS } from './natives.js'
import { PROFILES } from './profiles.js'
import { TOKENS } from './tokens/index.js'

type AddressBook = {
  readonly underlyings: {
    readonly [chain: string]: {
      readonly [address: string]: { readonly symbol: string; readonly decimals: number }
    }
  }
}
const addressBook = JSON.parse(
  readFileSync(new URL('fixtures/address-book.json', import.meta.url), 'utf8'),
) as AddressBook

const rows = Object.entries(TOKENS).flatMap(([chain, table]) =>
  Object.entries(table).map(([address, row]) => ({ chain: Number(chain), address, row })),
)
const listed = rows.map(({ chain, address, row }) => {
  const asset = listedAsset(erc20(chain, address))
  if (asset === null) throw new TypeError(`${chain} ${address} does not resolve`)
  return { chain, address, row, asset }
})
const natives = Object.keys(NATIVE_COINS).map((chain) => {
  const asset = nativeAsset(Number(chain))
  if (asset === null) throw new TypeError(`${chain} has no coin`)
  return asset
})
const every = [...listed.map(({ asset }) => asset), ...natives]

/** `symbol on chain` of the rows that break a rule; a test says that there are none. */
function breaking(rule: (entry: (typeof listed)[number]) => boolean): readonly string[] {
  return listed.filter((entry) => !rule(entry)).map(({ chain, row }) => `${row[0]} on ${chain}`)
}

/** Symbols of the assets of some kinds that break a rule. */
function breakingKind(
  kinds: readonly AssetKind[],
  rule: (asset: Asset) => boolean,
): readonly string[] {
  return every.filter((asset) => kinds.includes(asset.kind) && !rule(asset)).map(({ id }) => id)
}

const factorsOf = (asset: Asset) => asset.exposures.map(({ factor }) => factor)

describe('the asset registry', () => {
  it('has a valid, unique id for every entry', () => {
    expect(every.map(({ id }) => assetId(id))).toEqual(every.map(({ id }) => id))
    expect(new Set(every.map(({ id }) => id)).size).toBe(every.length)
    expect(every.length).toBeGreaterThan(200)
  })

  it('keys tokens by lower-case address, so that a lookup never misses by case', () => {
    expect(breaking(({ address }) => /^0x[0-9a-f]{40}$/.test(address))).toEqual([])
  })

  it('lists a symbol at most once a chain', () => {
    const names = rows.map(({ chain, row }) => `${row[0]} on ${chain}`)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('gives every asset one to three factors, each once and with elasticity 1', () => {
    const sane = ({ exposures }: Asset) =>
      exposures.length >= 1 &&
      exposures.length <= 3 &&
      new Set(exposures.map(({ factor }) => factor)).size === exposures.length &&
      exposures.every(({ elasticity }) => elasticity === 1)
    expect(every.filter((asset) => !sane(asset))).toEqual([])
  })

  it('gives staked and restaked forms the spot factor of what is inside, and a peg', () => {
    const rule = (asset: Asset) => {
      const [spot = '', peg = '', ...rest] = factorsOf(asset)
      const base = spot.slice('spot:'.length)
      return rest.length === 0 && /^spot:(ETH|POL|AVAX)$/.test(spot) && peg.endsWith(`/${base}`)
    }
    expect(breakingKind(['liquid-staking', 'liquid-restaking'], rule)).toEqual([])
  })

  it('gives stable coins the peg to their currency, and vault shares a peg over it', () => {
    expect(
      breakingKind(['stable'], (asset) =>
        /^peg:\w+\/(USD|EUR)$/.test(factorsOf(asset).at(-1) ?? ''),
      ),
    ).toEqual([])
    expect(breakingKind(['vault-share'], (asset) => factorsOf(asset).length === 2)).toEqual([])
  })

  it('states a loss between 0 and 1 for every dependency', () => {
    const losses = every.flatMap(({ dependsOn }) =>
      dependsOn.map(({ lossGivenFailure }) => lossGivenFailure),
    )
    expect(losses.filter((loss) => !(loss > 0 && loss <= 1))).toEqual([])
  })

  it('names who stands behind every dollar, share and staked coin, and the bridge of what is bridged', () => {
    expect(
      breakingKind(
        ['stable', 'vault-share', 'liquid-staking', 'liquid-restaking'],
        ({ dependsOn }) => dependsOn.some(({ node }) => node.startsWith('issuer:')),
      ),
    ).toEqual([])
    expect(
      breakingKind(['bridged'], ({ dependsOn }) =>
        dependsOn.some(({ node }) => node.startsWith('bridge:')),
      ),
    ).toEqual([])
  })

  it('names a source with a version or date for every entry', () => {
    expect(
      every.filter(
        ({ source }) => source === UNLISTED || !/\d{4}-\d{2}|@\d+\.\d+\.\d+/.test(source),
      ),
    ).toEqual([])
  })

  it('agrees with the address book on every address and its decimals, and cites it wherever it is there', () => {
    const known = ({ chain, address }: { readonly chain: number; readonly address: string }) =>
      addressBook.underlyings[chain]?.[address]
    expect(
      breaking((entry) => entry.row[3].includes('A') === (known(entry) !== undefined)),
    ).toEqual([])
    const cited = listed.filter(({ row }) => row[3].includes('A'))
    expect(cited.map((entry) => known(entry)?.decimals)).toEqual(cited.map(({ row }) => row[1]))
    expect(cited.length).toBeGreaterThan(150)
  })

  it('uses every profile', () => {
    const used = new Set<string>([
      ...rows.map(({ row }) => row[2]),
      ...Object.values(NATIVE_COINS).map(({ profile }) => profile),
    ])
    expect(Object.keys(PROFILES).filter((name) => !used.has(name))).toEqual([])
  })
})

describe('resolveAsset', () => {
  it('finds a token by its address, whatever the case', () => {
    const asset = resolveAsset({
      id: erc20(1, '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'),
      symbol: 'USDC',
      decimals: 6,
    })
    expect(asset).toMatchObject({ symbol: 'USDC', kind: 'stable' })
    expect(asset.exposures).toEqual([{ factor: 'peg:USDC/USD', elasticity: 1 }])
    expect(asset.dependsOn.map(({ node }) => node)).toEqual(['issuer:circle'])
  })

  it('leaves a token that merely calls itself USDC unlisted, with a factor of its own', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: (1n << 160n) - 1n }), (number) => {
        const address = `0x${number.toString(16).padStart(40, '0')}`
        fc.pre(TOKENS[1]?.[address] === undefined)
        const asset = resolveAsset({ id: erc20(1, address), symbol: 'USDC', decimals: 6 })
        expect(asset.source).toBe(UNLISTED)
        expect(asset.exposures).toEqual([
          { factor: factorId(`spot:eip155:1/erc20:${address}`), elasticity: 1 },
        ])
      }),
    )
  })

  it('leaves a token unlisted on a chain where nobody lists it, and with other decimals', () => {
    const usdc = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
    for (const [chain, decimals] of [
      [999, 6],
      [1, 18],
    ] as const) {
      const asset = resolveAsset({ id: erc20(chain, usdc), symbol: 'USDC', decimals })
      expect(asset.source).toBe(UNLISTED)
    }
  })

  it('is not fooled by names that every object has', () => {
    const asset = resolveAsset({
      id: assetId('venue:constructor/perp:toString'),
      symbol: 'toString',
      decimals: 0,
    })
    expect(asset.source).toBe(UNLISTED)
  })

  it('tells bridged dollars from native ones by bridge and kind, not by factor', () => {
    const bridged = listedAsset(erc20(42161, '0xff970a61a04b1ca14834a43f5de4533ebddb5cc8'))
    const native = listedAsset(erc20(42161, '0xaf88d065e77c8cc2239327c5edb3a432268e5831'))
    expect([bridged?.symbol, bridged?.kind]).toEqual(['USDC.e', 'bridged'])
    expect([native?.symbol, native?.kind]).toEqual(['USDC', 'stable'])
    expect(bridged?.exposures).toEqual(native?.exposures)
    expect(bridged?.dependsOn.map(({ node }) => node)).toContain('bridge:arbitrum')
    expect(native?.dependsOn.map(({ node }) => node)).not.toContain('bridge:arbitrum')
  })

  it('finds native coins by chain and SLIP-44 number', () => {
    expect(resolveAsset({ id: nativeCoin(1), symbol: 'ETH', decimals: 18 }).kind).toBe('native')
    expect(listedAsset(nativeCoin(137, 966))?.symbol).toBe('POL')
    expect(listedAsset(nativeCoin(137, 60))).toBeNull()
    expect(nativeAsset(31337)).toBeNull()
  })
})

describe('indexAsset', () => {
  it('shares the spot factor of a ticker that all venues agree on', () => {
    const one = indexAsset('venue-a', 'ETH')
    const other = indexAsset('venue-b', 'ETH')
    expect(one).toMatchObject({ id: 'venue:venue-a/perp:ETH', kind: 'index', decimals: 18 })
    expect(one.exposures).toEqual([{ factor: 'spot:ETH', elasticity: 1 }])
    expect(other.exposures).toEqual(one.exposures)
  })

  it('gives any other ticker a factor that no other venue shares', () => {
    const one = indexAsset('venue-a', 'xyz:TSLA')
    const other = indexAsset('venue-b', 'xyz:TSLA')
    expect(one).toMatchObject({ kind: 'index', source: UNLISTED })
    expect(one.exposures).not.toEqual(other.exposures)
  })

  it('makes a valid id of any ticker a venue may use', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }), (symbol) => {
        const asset = indexAsset('venue-a', symbol)
        expect(assetId(asset.id)).toBe(asset.id)
      }),
    )
  })
})

describe('factorOf', () => {
  it('knows aliases and multiples, and minds the case', () => {
    expect(factorOf('ETH')).toBe('spot:ETH')
    expect(factorOf('kPEPE')).toBe('spot:PEPE')
    expect(factorOf('KPEPE')).toBeNull()
    expect(factorOf('eth')).toBeNull()
    expect(factorOf('xyz:ETH')).toBeNull()
    expect(factorOf('constructor')).toBeNull()
  })

  it('names the same factor as the registry does for every listed coin and token', () => {
    const rule = (asset: Asset) => {
      const shared = factorOf(asset.symbol)
      return shared === null || factorsOf(asset).includes(shared)
    }
    expect(breakingKind(['native', 'token'], rule)).toEqual([])
  })
})

describe('assetHeldAs', () => {
  it('is the named asset under the venue’s own id, leaning on the venue as well', () => {
    const id = assetId('venue:venue-a/token:0')
    const asset = assetHeldAs('USDC', { id, symbol: 'USDC', decimals: 8 }, 'token 0, venue docs', {
      'venue:venue-a': 1,
    })
    expect(asset).toMatchObject({ id, decimals: 8, kind: 'stable' })
    expect(asset.exposures).toEqual([{ factor: 'peg:USDC/USD', elasticity: 1 }])
    expect(asset.dependsOn.map(({ node }) => node)).toEqual(['issuer:circle', 'venue:venue-a'])
  })
})
