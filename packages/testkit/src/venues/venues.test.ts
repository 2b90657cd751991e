import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ArtifactError, compiledArtifacts, link, packageFolder, shippedArtifacts } from './index.js'

// The test workspace is the one that depends on contract packages and solc.
const FROM = new URL('../../../../test/contracts/aave-v3/local-pool.ts', import.meta.url).href
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-venues-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const options = (file: string) => ({
  from: FROM,
  contracts: { MockAggregator: file },
  remappings: {
    'origin/': join(packageFolder('@aave-dao/aave-v3-origin', FROM), 'src/contracts/mocks/oracle'),
  },
  evmVersion: 'shanghai',
  optimizerRuns: 200,
  version: 'a mock feed',
  cacheFolder: folder,
})
const FEED = 'origin/CLAggregators/MockAggregator.sol'

describe('compiledArtifacts', () => {
  it('compiles once for everyone who asks at the same time, and then reads the cache', async () => {
    const sources = await Promise.all([
      compiledArtifacts(options(FEED)),
      compiledArtifacts(options(FEED)),
    ])
    const codes = sources.map((artifacts) => artifacts('MockAggregator').bytecode)
    expect(codes[0]).toMatch(/^[0-9a-f]{100,}$/)
    expect(codes[1]).toBe(codes[0])
    expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toHaveLength(1)
    expect(readdirSync(folder).filter((name) => name.endsWith('.lock'))).toEqual([])
    const again = await compiledArtifacts(options(FEED))
    expect(again('MockAggregator').bytecode).toBe(codes[0])
    expect(() => again('Pool')).toThrow(ArtifactError)
  })

  it('says what cannot be imported', async () => {
    await expect(compiledArtifacts(options('elsewhere/Feed.sol'))).rejects.toThrow('remappings')
  })
})

describe('packageFolder', () => {
  it('says which package is missing, and whose dependency it should be', () => {
    expect(() => packageFolder('@plimsoll/nothing', FROM)).toThrow(ArtifactError)
    expect(() => packageFolder('@plimsoll/nothing', FROM)).toThrow('dev dependencies')
  })
})

describe('shippedArtifacts', () => {
  it('says which contracts it knows, and which file is missing', () => {
    const artifacts = shippedArtifacts(folder, { Pool: 'protocol/Pool' })
    expect(() => artifacts('Comet')).toThrow('Known: Pool')
    expect(() => artifacts('Pool')).toThrow('Pool.json')
  })
})

describe('link', () => {
  const artifact = {
    abi: [],
    bytecode: `0xaa${'_'.repeat(40)}bb`,
    linkReferences: { 'Logic.sol': { Logic: [{ start: 1, length: 20 }] } },
  }

  it('puts the addresses of libraries in their places', () => {
    const address = `0x${'Cd'.repeat(20)}`
    expect(link(artifact, { Logic: address })).toBe(`0xaa${'cd'.repeat(20)}bb`)
  })

  it('names a library that is not deployed', () => {
    expect(() => link(artifact, {})).toThrow('links Logic')
  })
})
