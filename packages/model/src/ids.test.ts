import { describe, expect, it } from 'vitest'
import {
  assetId,
  erc20,
  factorId,
  InvalidIdError,
  markId,
  nativeCoin,
  nodeId,
  ownerId,
  ownFactor,
  parseOwner,
  unlistedAsset,
} from './index.js'

const address = '0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B'

describe('ownerId', () => {
  it('takes a bare address as that address on every EVM chain', () => {
    expect(ownerId(address)).toBe(`eip155:_:${address.toLowerCase()}`)
    expect(parseOwner(address)).toMatchObject({ kind: 'evm', chain: null })
  })

  it('keeps a chain and a venue account', () => {
    expect(parseOwner(`eip155:10:${address}`)).toMatchObject({
      kind: 'evm',
      chain: 10,
      address: address.toLowerCase(),
    })
    expect(parseOwner('venue:exchange:Sub.1')).toMatchObject({
      kind: 'venue',
      venue: 'exchange',
      account: 'Sub.1',
    })
  })

  it.each(['', '0x12', `${address}0`, 'vitalik.eth', 'eip155:x:0x0', 'venue::a', 'solana:_:abc'])(
    'refuses %j and says what it expected',
    (text) => {
      expect(() => ownerId(text)).toThrow(InvalidIdError)
      expect(() => ownerId(text)).toThrow(/Expected a 20-byte address/)
    },
  )
})

describe('asset ids', () => {
  it('lower-case token addresses so that one token has one id', () => {
    expect(erc20(1, address)).toBe(assetId(`eip155:1/erc20:${address}`))
    expect(erc20(1, address)).toBe(`eip155:1/erc20:${address.toLowerCase()}`)
    expect(nativeCoin(1)).toBe('eip155:1/slip44:60')
  })

  it.each(['USDC', 'eip155:1', 'eip155:1/erc20:', 'eip155:1/erc20:0x a'])('refuse %j', (text) => {
    expect(() => assetId(text)).toThrow(InvalidIdError)
  })

  it('refuse a malformed token address', () => {
    expect(() => erc20(1, '0x123')).toThrow(/token address/)
  })
})

describe('unlistedAsset', () => {
  it('has a factor of its own, so that nothing hedges it', () => {
    const id = erc20(1, address)
    const asset = unlistedAsset({ id, symbol: 'USDC', decimals: 6 })
    expect(asset.exposures).toEqual([{ factor: ownFactor(id), elasticity: 1 }])
    expect(asset.source).toBe('unlisted')
  })
})

describe('other ids', () => {
  it('check their grammar', () => {
    expect(factorId('peg:wstETH/ETH')).toBe('peg:wstETH/ETH')
    expect(() => factorId('ETH')).toThrow(InvalidIdError)
    expect(() => nodeId('circle')).toThrow(InvalidIdError)
    expect(() => markId('a b')).toThrow(InvalidIdError)
  })
})
