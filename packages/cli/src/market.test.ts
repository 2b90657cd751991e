import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { contentHash } from '@plimsoll/client'
import type { MarketState, RiskReport } from '@plimsoll/model'
import { fromCanonicalJson, parseMarketState, toCanonicalJson } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BankServer } from './testing/bank-server.js'
import { BANK, BROKEN, SAFE, startBank, WARNED } from './testing/bank-server.js'
import type { HyperliquidServer } from './testing/hyperliquid-server.js'
import { startHyperliquid } from './testing/hyperliquid-server.js'
import { runLine as run } from './testing/run-line.js'

const DAY_MS = 86_400_000

describe('the market on the command line', () => {
  let bank: BankServer
  let venue: HyperliquidServer
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-market-'))
  const file = (name: string) => join(folder, name)

  beforeAll(async () => {
    bank = await startBank()
    venue = await startHyperliquid()
  })

  beforeEach(() => venue.break())

  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await bank.close()
    await venue.close()
  })

  function csv(name: string, closes: (index: number) => number, days = 400): string {
    const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
    const lines = Array.from({ length: days }, (_, index) => {
      const day = new Date(today - (days - index) * DAY_MS).toISOString().slice(0, 10)
      return `${day},${closes(index)}`
    })
    writeFileSync(file(name), ['date,close', ...lines, ''].join('\n'))
    return file(name)
  }

  // Other sources are not here to be read.
  const named = ['--source', 'hyperliquid-market']
  const marketOf = (...more: readonly string[]) => {
    const asks = more.includes('--factors') || more.includes('--from')
    return run(['market', ...venue.options, ...(asks ? named : []), ...more])
  }

  describe('market', () => {
    it('prints each number with its source and age', async () => {
      const { stdout, stderr, code } = await marketOf(
        '--factors',
        'spot:ETH,funding:ETH',
        '--factors',
        'spot:NOBODY,peg:USDC/USD,iv:ETH',
      )
      expect(code).toBe(0)
      expect(stderr).toContain('Reading 5 factors at Hyperliquid markets')
      expect(stdout).toMatch(/spot:ETH +\d+\.\d % a year +\d+ (min|h) +Hyperliquid, candles/)
      expect(stdout).toMatch(/spot:ETH, depth +200,000 down to -0\.050 %/)
      expect(stdout).toMatch(/funding:ETH +\+10\.9 % a year at hyperliquid +0 min/)
      expect(stdout).toMatch(/spot:NOBODY +not listed, 2\d\d\.\d % a year/)
      expect(stdout).toMatch(/peg:USDC\/USD +breaks by/)
      expect(stdout).toContain('Notes')
      expect(stdout).not.toContain('Not read')
      expect(stdout).toMatch(/^[\x20-\x7e\n]*$/)
    })

    it('prints one JSON document, and saves what report takes', async () => {
      const saved = file('saved.json')
      const { stdout, code } = await marketOf('--factors', 'spot:ETH', '--json', '--save', saved)
      expect(code).toBe(0)
      const document = fromCanonicalJson(stdout) as { readonly market: MarketState }
      expect(document).toMatchObject({
        format: 'plimsoll-market/1',
        factors: ['spot:ETH'],
        failures: [],
      })
      expect(parseMarketState(readFileSync(saved, 'utf8').trim())).toEqual(document.market)
      const report = await run(['report', WARNED, ...bank.options, '--market', saved, '--json'])
      expect((JSON.parse(report.stdout) as RiskReport).risk?.market.source).toContain('Calibrated')
    })

    it('takes the factors of a saved portfolio', async () => {
      const portfolio = file('portfolio.json')
      await run(['report', WARNED, ...bank.options, '--save', portfolio])
      const { stdout } = await marketOf('--from', portfolio, '--json')
      expect(JSON.parse(stdout)).toMatchObject({ factors: ['spot:ETH'] })
    })

    it('calibrates from files alone, and asks nobody', async () => {
      venue.break('metaAndAssetCtxs')
      const ether = csv('ether.csv', (index) => 2000 + (index % 5) * 50)
      const { stdout, code } = await marketOf('--csv', `spot:ETH=${ether}`)
      expect(code).toBe(0)
      expect(stdout.replace(/\s+/g, ' ')).toContain(`File ${ether}`)
    })

    it('is UNKNOWN where a source fails, and keeps the base', async () => {
      venue.break('candleSnapshot')
      const { stdout, code } = await marketOf('--factors', 'spot:ETH', '--json')
      expect(code).toBe(3)
      const { market, failures } = fromCanonicalJson(stdout) as {
        readonly market: MarketState
        readonly failures: readonly object[]
      }
      expect(failures).toMatchObject([{ what: 'closes of spot:ETH', error: 'NotJsonError' }])
      expect(market.volatilities).toEqual(DEFAULT_MARKET_STATE.volatilities)
      expect(market.depths).toHaveLength(1)
      const text = await marketOf('--factors', 'spot:ETH')
      expect(text.stdout).toMatch(
        /Not read\n +hyperliquid-market, closes of spot:ETH: NotJsonError/,
      )
    })

    it.each<readonly [string, () => readonly string[], number, string]>([
      ['no factor', () => [], 64, 'No factor is given'],
      ['a factor that is none', () => ['--factors', 'ETH'], 64, 'not a valid risk factor'],
      ['a rate', () => ['--factors', 'rate:USD'], 64, 'do not quote'],
      [
        'a source of nothing',
        () => ['--csv', `spot:ETH=${csv('a.csv', () => 1)}`, '--source', 'hyperliquid-market'],
        64,
        '--source reads no factor',
      ],
      [
        'an unknown source',
        () => ['--factors', 'spot:ETH', '--source', 'bloomberg'],
        64,
        'is not known',
      ],
      ['a file of no factor', () => ['--csv', 'eth.csv'], 64, 'spot:ETH=eth.csv'],
      ['a file that is not there', () => ['--csv', 'spot:ETH=none.csv'], 65, 'ENOENT'],
      [
        'closes that are none',
        () => ['--csv', `spot:ETH=${csv('b.csv', (index) => index - 5)}`],
        65,
        'b.csv: Line 2 has the close "-5"',
      ],
      ['a portfolio that is none', () => ['--from', csv('c.csv', () => 1)], 65, 'not JSON'],
    ])('%s: says what and what to do', async (_what, more, code, message) => {
      const result = await marketOf(...more())
      expect(result.stderr).toContain(message)
      expect(result.stdout).toBe('')
      expect(result.code).toBe(code)
    })
  })

  describe('report --market live', () => {
    const live = (...more: readonly string[]) =>
      run([
        'report',
        WARNED,
        ...bank.options,
        ...venue.options,
        '--market',
        'live',
        ...named,
        ...more,
      ])

    it('scores under the market of what is held', async () => {
      const { stdout, stderr } = await live('--json')
      expect(stderr).toContain('Reading the market of 1 factor at Hyperliquid markets')
      const { risk } = JSON.parse(stdout) as RiskReport
      expect(risk?.market.source).toMatch(/^Calibrated from 1 histories/)
      expect(risk?.health.score).toBeGreaterThan(75)
    })

    it('keeps the shipped numbers where a source fails, says so, and goes on', async () => {
      venue.break('metaAndAssetCtxs')
      const { stdout, stderr, code } = await live('--json', '--quiet')
      expect(code).toBe(1)
      expect(stderr).toMatch(/^hyperliquid-market: NotJsonError: .*\n$/)
      const { risk } = JSON.parse(stdout) as RiskReport
      const shipped = await run(['report', WARNED, ...bank.options, '--json'])
      expect(risk?.health.score).toBe((JSON.parse(shipped.stdout) as RiskReport).risk?.health.score)
    })

    it('reads no market for what could not be read', async () => {
      const result = await run([
        'report',
        BROKEN,
        ...bank.options,
        ...venue.options,
        ...named,
        '--market',
        'live',
      ])
      expect(result.code).toBe(3)
      expect(result.stderr).not.toContain('Reading the market')
    })

    it('replays offline to the same bytes, and notices another market', async () => {
      const kept = file('run.json')
      const recorded = await live('--json', '--record', kept)
      const replayed = await run(['replay', kept, '--adapter', BANK, '--json'])
      expect(replayed.stdout).toBe(recorded.stdout)
      expect(replayed.code).toBe(recorded.code)
      const text = readFileSync(kept, 'utf8')
      expect(text).not.toContain('127.0.0.1')
      // Whoever changes what a source answered can hash it anew, but not make the same market of it.
      const { format, inputHash, reportHash, ...inputs } = fromCanonicalJson(text.trim()) as {
        readonly [field: string]: string
      }
      const recording = inputs.recording?.replace('"2006"', '"3006"')
      const forged = { ...inputs, recording }
      expect(contentHash(inputs)).toBe(inputHash)
      const hashes = { inputHash: contentHash(forged), reportHash }
      writeFileSync(kept, toCanonicalJson({ format, ...forged, ...hashes }))
      const refused = await run(['replay', kept, '--adapter', BANK])
      expect([refused.code, refused.stdout]).toEqual([65, ''])
      expect(refused.stderr).toContain('gives another market state')
    })

    it.each<readonly [string, readonly string[], string]>([
      ['another instant', ['--market', 'live', '--now', '2026-11-24T12:00:00Z'], 'drop --now'],
      ['sources without it', ['--source', 'hyperliquid-market'], 'Add --market live'],
    ])('refuses %s', async (_what, more, message) => {
      const result = await run(['report', SAFE, ...bank.options, ...more])
      expect([result.code, result.stdout]).toEqual([64, ''])
      expect(result.stderr).toContain(message)
    })

    it('refuses a saved portfolio, and says what to do', async () => {
      const result = await run(['report', '--from', 'any.json', '--market', 'live'])
      expect(result.code).toBe(64)
      expect(result.stderr).toContain('plimsoll market --save FILE')
    })
  })
})
