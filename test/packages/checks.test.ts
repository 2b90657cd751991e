import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleEntries } from '../../scripts/bundle/entries.js'
import { measureBundle } from '../../scripts/bundle/measure.js'
import { contentFaults } from '../../scripts/packages/content.js'
import { type Packed, specifiersOf } from '../../scripts/packages/pack.js'

let root = ''
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'plimsoll-checks-'))
  mkdirSync(join(root, 'test'))
  const entry = (target: string) => ({ types: target, default: `./dist/${target}` })
  write(
    'packages/model/package.json',
    JSON.stringify({ name: '@plimsoll/model', exports: { '.': entry('index.js') } }),
  )
  write('packages/model/src/index.ts', `export const model: string = '${'m'.repeat(10)}'`)
  write(
    'adapters/package.json',
    JSON.stringify({ name: '@plimsoll/adapters', exports: { './*': entry('*/index.js') } }),
  )
  const random = Array.from({ length: 4000 }, (_, index) => (index * 7919 * 7919) % 999983).join('')
  write('adapters/src/assets/index.ts', `export const assets = '${random}'`)
  write(
    'adapters/src/lending/venue/index.ts',
    [
      "import { model } from '@plimsoll/model'",
      "import { assets } from '../../assets/index.js'",
      'export const venue = model + assets.length',
    ].join('\n'),
  )
  write('adapters/src/lending/venue/actions.ts', 'export const act = 1')
})
afterAll(() => rmSync(root, { recursive: true }))

describe('measureBundle', () => {
  const venue = "export * from '@plimsoll/adapters/lending/venue'"

  it('counts the sources behind a package, without the asset registry', async () => {
    const { initial, lazy } = await measureBundle(root, venue, [])
    expect(initial).toBeGreaterThan(20)
    expect(initial).toBeLessThan(300)
    expect(lazy).toBe(0)
  })

  it('measures the registry where it is the entry', async () => {
    const { initial } = await measureBundle(root, "export * from '@plimsoll/adapters/assets'", [])
    expect(initial).toBeGreaterThan(5000)
  })

  it('leaves out what is external', async () => {
    const whole = await measureBundle(root, "export * from '@plimsoll/model'", [])
    const without = await measureBundle(root, "export * from '@plimsoll/model'", [
      '@plimsoll/model',
    ])
    expect(without.initial).not.toBe(whole.initial)
  })

  it('counts what loads on demand apart', async () => {
    const { initial, lazy } = await measureBundle(
      root,
      "export const later = () => import('@plimsoll/model')",
      [],
    )
    expect(initial).toBeGreaterThan(20)
    expect(lazy).toBeGreaterThan(20)
  })

  it('fails on code that browsers cannot run', async () => {
    await expect(measureBundle(root, "import 'node:fs'", [])).rejects.toThrow(/node:fs/)
  })
})

describe('bundleEntries', () => {
  it('measures every adapter against a limit, its actions without', () => {
    const entries = bundleEntries(root)
    const limitOf = (start: string) => entries.find(({ name }) => name.startsWith(start))?.limit
    expect(limitOf('lending/venue: read')).toBe(8)
    expect(limitOf('lending/venue/actions')).toBeNull()
    expect(limitOf('@plimsoll/risk/health')).toBe(10)
    expect(limitOf('model and client')).toBe(62)
  })
})

const packed = (files: readonly string[], exports: Record<string, unknown> = {}): Packed => ({
  manifest: { name: '@plimsoll/model', exports },
  folder: 'packages/model',
  tarball: 'model.tgz',
  files,
})

describe('specifiersOf', () => {
  it('lists every entry but data, with patterns expanded from the files', () => {
    const files = ['dist/index.js', 'dist/a/b/index.js', 'dist/a/b/actions.js', 'dist/a/b/read.js']
    const exports = {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './*/actions': { types: './dist/*/actions.d.ts', default: './dist/*/actions.js' },
      './*': { types: './dist/*/index.d.ts', default: './dist/*/index.js' },
      './package.json': './package.json',
    }
    expect(specifiersOf(packed(files, exports))).toEqual([
      '@plimsoll/model',
      '@plimsoll/model/a/b/actions',
      '@plimsoll/model/a/b',
    ])
  })
})

describe('contentFaults', () => {
  const sound = ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'src/index.ts']

  it('finds none in a sound package', () => {
    expect(contentFaults(root, packed(sound))).toEqual([])
  })

  it.each([
    ['a test', [...sound, 'src/index.test.ts']],
    ['a fixture', [...sound, 'src/fixtures/a.json']],
    ['help for tests', [...sound, 'src/testing/toys.ts']],
    ['build state', [...sound, 'dist/tsc.tsbuildinfo']],
    ['output whose source is gone', [...sound, 'dist/old.js']],
    ['no licence', sound.filter((file) => file !== 'LICENSE')],
    ['no page', sound.filter((file) => file !== 'README.md')],
    ['nothing built', sound.filter((file) => !file.startsWith('dist'))],
  ])('finds %s', (_what, files) => {
    expect(contentFaults(root, packed(files))).toHaveLength(1)
  })
})
