import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MarketState, RiskReport } from '@plimsoll/model'
import { parsePortfolio, serializeMarketState, serializePortfolio } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { type Anvil, startAnvil } from '@plimsoll/testkit/anvil'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BankServer } from './testing/bank-server.js'
import {
  BANK,
  BROKEN,
  DEBTLESS,
  FALLEN,
  LOCAL_WALLET,
  NEGATIVE,
  SAFE,
  SIGNER,
  startBank,
  THIN,
  WARNED,
} from './testing/bank-server.js'
import { examplePortfolio } from './testing/example.js'
import { runLine as run } from './testing/run-line.js'

describe('plimsoll', () => {
  let server: BankServer
  let bank: readonly string[]
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-'))

  beforeAll(async () => {
    server = await startBank()
    bank = server.options
  })

  afterAll(async () => {
    rmSync(folder, { recursive: true })
    await server.close()
  })

  describe('report', () => {
    it.each([
      ['OK', 0, [SAFE]],
      ['OK', 0, [DEBTLESS]],
      ['WARNING', 1, [WARNED]],
      ['CRITICAL', 2, [THIN]],
      ['CRITICAL', 2, [FALLEN]],
      ['UNKNOWN', 3, [BROKEN]],
      ['UNKNOWN', 3, [SAFE, BROKEN]],
      ['UNKNOWN', 3, [SAFE, NEGATIVE]],
      ['CRITICAL', 2, [FALLEN, BROKEN]],
      ['UNKNOWN', 3, [WARNED, BROKEN]],
    ])('says %s and ends with %i for %j', async (verdict, code, owners) => {
      const result = await run(['report', ...owners, ...bank])
      expect(result.stdout).toContain(verdict)
      expect(result.code).toBe(code)
    })

    it('moves its bands with --warn and --critical', async () => {
      expect((await run(['report', WARNED, ...bank, '--warn', '1.1'])).code).toBe(0)
      expect((await run(['report', SAFE, ...bank, '--warn', '3', '--critical', '2.5'])).code).toBe(
        2,
      )
    })

    it('says in words what liquidates the weakest account', async () => {
      const { stdout } = await run(['report', WARNED, ...bank])
      expect(stdout).toContain('Margin health 1.14  WARNING')
      expect(stdout).toContain(
        'The weakest account is Bank loan (bank): it is liquidated with ETH below 1,750 (-12.5 %).',
      )
    })

    it('keeps the report on stdout and progress on stderr, none with --quiet', async () => {
      const result = await run(['report', SAFE, ...bank])
      expect(result.stderr).toMatch(/^Reading 1 owner on Bank…\nRead 1 account; 0 failures\.\n$/)
      expect(result.stdout).not.toContain('Reading')
      expect((await run(['report', SAFE, ...bank, '--quiet'])).stderr).toBe('')
    })

    it('prints one JSON document', async () => {
      const { stdout, code } = await run(['report', WARNED, ...bank, '--json'])
      expect(code).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({
        format: 'plimsoll-report/1',
        numeraire: 'USD',
        accounts: [{ label: 'Bank loan', liquidatable: false }],
        failures: [],
      })
    })

    it('prints plain ASCII into a pipe, colours when forced, none when refused', async () => {
      expect((await run(['report', WARNED, ...bank])).stdout).toMatch(/^[\x20-\x7e\n]*$/)
      const forced = { FORCE_COLOR: '1' }
      expect((await run(['report', WARNED, ...bank], forced)).stdout).toContain('\u001b[')
      const refused = { FORCE_COLOR: '1', NO_COLOR: '1' }
      expect((await run(['report', WARNED, ...bank], refused)).stdout).not.toContain('\u001b[')
      const terminal = await run(['report', WARNED, ...bank], {}, true)
      expect(terminal.stdout).toContain('\u001b[33m1.1')
      expect(terminal.stdout).toContain('┃')
      const dumb = await run(['report', WARNED, ...bank], { TERM: 'dumb' }, true)
      expect(dumb.stdout).not.toContain('\u001b[')
      const plain = await run(['report', WARNED, ...bank, '--plain'], forced, true)
      expect(plain.stdout).toMatch(/^[\x20-\x7e\n]*$/)
    })

    it('writes the report as a page too, or in place of the text', async () => {
      const file = join(folder, 'report.html')
      const beside = await run(['report', WARNED, ...bank, '--html', file])
      expect(beside.stdout).toContain('Margin health 1.14  WARNING')
      expect(beside.stderr).toContain(`Wrote the page ${file}.`)
      expect(beside.code).toBe(1)
      const page = readFileSync(file, 'utf8')
      expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
      expect(page).toContain('<bdi>Bank loan</bdi>')
      expect(page).toContain('plimsoll 1.2.3')
      const instead = await run(['report', WARNED, ...bank, '--html', '-', '--no-market'])
      expect(instead.stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
      expect(instead.stdout).toContain('There is no score')
      expect(instead.code).toBe(1)
    })

    it('refuses a page that cannot be written, and two documents on one output', async () => {
      const nowhere = join(folder, 'nowhere', 'report.html')
      const unwritten = await run(['report', WARNED, ...bank, '--html', nowhere, '--no-market'])
      expect(unwritten.code).toBe(65)
      expect(unwritten.stderr).toContain(`Cannot write ${nowhere}: ENOENT.`)
      const both = await run(['report', WARNED, ...bank, '--html', '-', '--json'])
      expect(both.code).toBe(64)
      expect(both.stderr).toContain('--html - and --json both write to standard output.')
    })

    it('says the same of a saved portfolio as of the network', async () => {
      const file = join(folder, 'portfolio.json')
      const live = await run(['report', WARNED, ...bank, '--save', file, '--json'])
      const saved = readFileSync(file, 'utf8').trim()
      expect(serializePortfolio(parsePortfolio(saved))).toBe(saved)
      const now = String((JSON.parse(live.stdout) as { nowMs: number }).nowMs)
      const again = await run(['report', '--from', file, '--adapter', BANK, '--json', '--now', now])
      expect(again.stdout).toBe(live.stdout)
      expect(again.code).toBe(1)
      const later = ['report', '--from', file, '--adapter', BANK, '--now', '2099-01-01T00:00:00Z']
      expect((await run(later)).code).toBe(3)
    })

    it('has a score under the shipped calibration, another market or seed, or none', async () => {
      const riskOf = async (...more: readonly string[]) => {
        const { stdout } = await run(['report', WARNED, ...bank, '--json', ...more])
        return (JSON.parse(stdout) as RiskReport).risk
      }
      const shipped = await riskOf()
      expect(shipped?.health).toMatchObject({ limitedBy: 'market', simulation: { seed: 1 } })
      expect(shipped?.health.score).toBeLessThan(75)
      expect((await riskOf('--seed', '7'))?.health.simulation.seed).toBe(7)
      expect(await riskOf('--no-market')).toBeNull()
      const calm: MarketState = {
        ...DEFAULT_MARKET_STATE,
        source: 'a calm market',
        volatilities: DEFAULT_MARKET_STATE.volatilities.map((row) => ({
          ...row,
          calibration: 'observed',
          volatility: 0.1,
          stressed: 0.1,
          floor: 0.1,
        })),
      }
      const file = join(folder, 'market.json')
      writeFileSync(file, serializeMarketState(calm))
      const observed = await riskOf('--market', file)
      expect(observed?.market.source).toBe('a calm market')
      expect(observed?.health.score).toBeGreaterThan(75)
    })

    it('says the score and what collateral counts for, in words', async () => {
      const { stdout } = await run(['report', WARNED, ...bank])
      expect(stdout).toMatch(/Score, 0 to 100 +\d+ /)
      expect(stdout).toMatch(/Nearest liquidation +ETH -1[23] %/)
      expect(stdout).toMatch(/ETH +Bank loan +20,000 +80.0 % +\d\d\.\d %/)
      expect((await run(['report', WARNED, ...bank, '--no-market'])).stdout).not.toContain('Score')
    })

    it('does not know what a rule means without its adapter', async () => {
      const file = join(folder, 'portfolio.json')
      const { code, stdout } = await run(['report', '--from', file])
      expect(code).toBe(3)
      expect(stdout).toContain('unknown')
    })

    it('loads a signer for --auth, whose headers reach the venue and nothing else', async () => {
      const result = await run(['report', SAFE, ...bank, '--auth', `bank=${SIGNER}`, '--json'])
      expect(result.code).toBe(0)
      expect(server.authorizations.at(-1)).toBe('top-secret')
      expect(result.stdout + result.stderr).not.toContain('top-secret')
    })
  })

  describe('replay', () => {
    const kept = () => join(folder, 'run.json')
    const replayOf = (file: string, ...more: readonly string[]) =>
      run(['replay', file, '--adapter', BANK, ...more])

    it('gives the same bytes, offline, and the same verdict', async () => {
      for (const format of [['--json'], []]) {
        const live = await run([
          'report',
          WARNED,
          ...bank,
          ...format,
          '--record',
          kept(),
          '--seed',
          '5',
        ])
        const again = await replayOf(kept(), ...format)
        expect(again.stdout).toBe(live.stdout)
        expect(again.code).toBe(live.code)
      }
    })

    it('gives the same bytes for a report without a market', async () => {
      const live = await run(['report', SAFE, ...bank, '--json', '--record', kept(), '--no-market'])
      expect((await replayOf(kept(), '--json')).stdout).toBe(live.stdout)
    })

    it('gives the same bytes of the page', async () => {
      const live = await run(['report', WARNED, ...bank, '--html', '-', '--record', kept()])
      expect((await replayOf(kept(), '--html', '-')).stdout).toBe(live.stdout)
    })

    it('finds every change of what was recorded', async () => {
      await run(['report', WARNED, ...bank, '--record', kept()])
      const text = readFileSync(kept(), 'utf8')
      const changes: readonly (readonly [RegExp, string])[] = [
        [/"nowMs":(\d)/, '"nowMs":9'],
        [/"seed":null/, '"seed":2'],
        [/"volatility":1\.01/, '"volatility":0.5'],
        [/"reportHash":"0x./, '"reportHash":"0xz'],
        [/"inputHash":"0x./, '"inputHash":"0xz'],
        [/20000/, '90000'],
      ]
      for (const [found, put] of changes) {
        expect(text).toMatch(found)
        const file = join(folder, 'changed.json')
        writeFileSync(file, text.replace(found, put))
        const { code, stderr, stdout } = await replayOf(file)
        expect([code, stdout]).toEqual([65, ''])
        expect(stderr).toMatch(/has been changed|was recorded/)
      }
    })

    it('refuses what is no run, and a saved portfolio as a reading', async () => {
      const file = join(folder, 'no-run.json')
      writeFileSync(file, '{"format":"plimsoll-run/2"}')
      expect((await replayOf(file)).code).toBe(65)
      writeFileSync(file, 'no JSON')
      expect((await replayOf(file)).stderr).toContain('is not JSON')
      await run(['report', WARNED, ...bank, '--save', file])
      const saved = ['report', '--from', file, '--adapter', BANK, '--record', kept()]
      expect((await run(saved)).code).toBe(64)
    })
  })

  describe('report on a chain', () => {
    let anvil: Anvil
    const local = ['--adapter', LOCAL_WALLET]
    beforeAll(async () => {
      anvil = await startAnvil()
      const request = anvil.client.request as (call: unknown) => Promise<unknown>
      await request({ method: 'anvil_setBalance', params: [SAFE, '0x8ac7230489e80000'] })
      await request({ method: 'anvil_mine', params: ['0x3'] })
    })
    afterAll(() => anvil.stop())

    it('reads at the latest block, or at the one that is named', async () => {
      const rpc = ['--rpc', `31337=${anvil.rpcUrl}`]
      const latest = await run(['report', SAFE, ...local, ...rpc])
      expect(latest.stdout).toContain('as of block 3 of chain 31337')
      expect(latest.stdout).toContain('Nothing is owed, so nothing can be liquidated.')
      expect(latest.code).toBe(0)
      const then = await run(['report', SAFE, ...local, ...rpc, '--block', '31337=1'])
      expect(then.stdout).toContain('as of block 1 of chain 31337')
    })

    it('takes the node from the environment', async () => {
      const environment = { PLIMSOLL_RPC_31337: anvil.rpcUrl }
      expect((await run(['report', SAFE, ...local], environment)).code).toBe(0)
    })

    it.each([
      [
        'a block that does not exist',
        () => [`31337=${anvil.rpcUrl}`, '--block', '31337=99'],
        'BlockPinError',
      ],
      ['a node that is no node', () => [`31337=${server.url}`], 'Error'],
      ['a node that is not there', () => ['31337=http://127.0.0.1:1'], 'ConnectionError'],
    ])('is UNKNOWN with %s', async (_what, rpc, error) => {
      const result = await run(['report', SAFE, ...local, '--rpc', ...rpc()])
      expect(result.stdout).toContain('Margin health UNKNOWN')
      expect(result.stdout).toContain(error)
      expect(result.code).toBe(3)
    })

    it('refuses a chain that none of the adapters reads', async () => {
      const result = await run(['report', SAFE, ...local, '--rpc', `5=${anvil.rpcUrl}`])
      expect(result.code).toBe(64)
    })
  })

  describe('whatif', () => {
    it('says who falls first, and ends with the verdict after the move', async () => {
      const result = await run(['whatif', SAFE, WARNED, ...bank, '--shock', 'ETH=-20%'])
      expect(result.code).toBe(2)
      expect(result.stdout).toContain('First to fall: Bank loan, at ETH -12.5 %.')
      expect(result.stdout).toMatch(/Bank loan +1\.14 +0\.91 .* liquidatable/)
      const calm = await run(['whatif', SAFE, ...bank, '--shock', 'ETH=-20%'])
      expect(calm.code).toBe(0)
      expect(calm.stdout).toContain('No account that is known becomes liquidatable.')
    })

    it('is UNKNOWN when anything is unread, unless something falls', async () => {
      expect((await run(['whatif', SAFE, BROKEN, ...bank, '--shock', 'ETH=-1%'])).code).toBe(3)
      expect((await run(['whatif', FALLEN, BROKEN, ...bank, '--shock', 'ETH=-1%'])).code).toBe(2)
    })

    it('prints one JSON document', async () => {
      const { stdout } = await run(['whatif', WARNED, ...bank, '--shock', 'ETH=-20%', '--json'])
      const document = JSON.parse(stdout) as { casualties: readonly { readonly part: number }[] }
      expect(document).toMatchObject({
        format: 'plimsoll-what-if/1',
        scenario: { factors: { 'spot:ETH': -0.2 } },
        accounts: [{ liquidatableBefore: false, liquidatable: true }],
      })
      expect(document.casualties[0]?.part).toBeCloseTo(0.125 / 0.2, 5)
    })
  })

  describe('margin', () => {
    it('prints what the venues ask, and compares on demand', async () => {
      const plain = await run(['margin', SAFE, ...bank])
      expect(plain.code).toBe(0)
      expect(plain.stdout).toContain('What the venues ask')
      expect(plain.stdout).not.toContain('SPAN')
      const compared = await run(['margin', SAFE, ...bank, '--compare', '--spot', '--assume'])
      expect(compared.code).toBe(0)
      expect(compared.stdout).toMatch(/The same \d+ positions on ETH/)
      for (const system of [
        'Plimsoll unified',
        'SPAN-style',
        'Derive',
        'Deribit',
        'Paradex',
        'OKX',
      ]) {
        expect(compared.stdout).toMatch(new RegExp(`${system}.* \\* +[\\d,.]+ `))
      }
      expect(compared.stdout.replace(/\s+/g, ' ')).toContain('its parameters of BTC stand in')
    })

    it('is UNKNOWN when anything is unread', async () => {
      expect((await run(['margin', SAFE, BROKEN, ...bank, '--compare'])).code).toBe(3)
    })

    it('prints one JSON document', async () => {
      const { stdout } = await run(['margin', SAFE, ...bank, '--compare', '--json'])
      expect(JSON.parse(stdout)).toMatchObject({
        format: 'plimsoll-margin/1',
        comparison: { complete: true },
      })
    })
  })

  describe('adapter', () => {
    const recording = join(folder, 'recording.json')

    it('records what an adapter asks and was answered, without addresses of hosts', async () => {
      const owners = [SAFE, WARNED, DEBTLESS].flatMap((address) => ['--owner', address])
      const host = bank.slice(2)
      const result = await run(['adapter', 'record', BANK, ...owners, ...host, '--out', recording])
      expect(result.stdout).toContain('3 requests in 1 rounds, 3 accounts, 0 failures.')
      expect(result.code).toBe(0)
      const text = readFileSync(recording, 'utf8')
      expect(text).toContain('plimsoll-recording/1')
      expect(text).not.toContain('127.0.0.1')
    })

    it('reports from a recording, as the network was then', async () => {
      const result = await run(['report', '--from', recording, '--adapter', BANK])
      expect(result.stdout).toContain('Margin health 1.14  WARNING')
      expect(result.code).toBe(1)
      const without = await run(['report', '--from', recording])
      expect(without.code).toBe(65)
      expect(without.stderr).toContain('Add its module with --adapter PATH.')
    })

    it('runs the conformance suite on a recording, and ends with 1 when a rule fails', async () => {
      const result = await run(['adapter', 'check', recording, '--adapter', BANK])
      // The bank never says that an owner has no account there.
      expect(result.stdout).toMatch(/FAIL {2}coverage/)
      expect(result.stdout).toMatch(/\d+ of \d+ rules pass/)
      expect(result.code).toBe(1)
      const json = await run(['adapter', 'check', recording, '--adapter', BANK, '--json'])
      expect(JSON.parse(json.stdout)).toMatchObject({
        format: 'plimsoll-adapter-check/1',
        adapter: 'bank',
      })
    })
  })

  describe('bad input', () => {
    const garbage = join(folder, 'garbage.json')
    const ownerless = join(folder, 'ownerless.json')
    const unread = join(folder, 'unread.json')
    const foreign = join(folder, 'foreign.json')
    beforeAll(() => {
      writeFileSync(garbage, 'not json')
      writeFileSync(foreign, '{"format":"other/1"}')
      const nothing = { ...examplePortfolio(), asOf: [], assets: [] }
      writeFileSync(ownerless, serializePortfolio({ ...nothing, owners: [] }))
      writeFileSync(unread, serializePortfolio(nothing))
    })

    it.each([
      ['no command', () => [], 64, 'Usage: plimsoll'],
      ['an unknown command', () => ['reprot'], 64, 'Did you mean report?'],
      ['an unknown option', () => ['report', SAFE, '--rcp', '1=x'], 64, 'Did you mean --rpc?'],
      ['an option without its value', () => ['report', SAFE, '--rpc'], 64, 'argument missing'],
      ['no owner', () => ['report', ...bank], 64, 'Name at least one address'],
      ['a wrong address', () => ['report', '0x12', ...bank], 64, 'is not a valid owner'],
      ['no node', () => ['report', SAFE], 64, 'Add --rpc 1=URL'],
      ['an unknown chain', () => ['report', `eip155:10:${SAFE}`, ...bank], 64, 'chain 10'],
      [
        'a chain that is no number',
        () => ['report', SAFE, '--rpc', 'x=http://a.b'],
        64,
        'the number of the chain',
      ],
      [
        'a node that is no address',
        () => ['report', SAFE, '--rpc', '1=a.b'],
        64,
        'not an http or https address',
      ],
      ['a block without a node', () => ['report', SAFE, ...bank, '--block', '1=5'], 64, 'no --rpc'],
      [
        'an unknown venue',
        () => ['report', SAFE, '--venue', 'bnak'],
        64,
        'is not known. Use one of',
      ],
      [
        'an unknown host',
        () => ['report', SAFE, ...bank, '--host', 'bank.ap=http://a.b'],
        64,
        'is no host',
      ],
      [
        'thresholds out of order',
        () => ['report', SAFE, ...bank, '--warn', '1.01'],
        64,
        'is above --warn',
      ],
      ['no shock', () => ['whatif', SAFE, ...bank], 64, 'needs at least one shock'],
      ['a bad shock', () => ['whatif', SAFE, ...bank, '--shock', 'ETH=-20'], 64, 'at least -100%'],
      [
        'a shock of nothing held',
        () => ['whatif', SAFE, ...bank, '--shock', 'DOGE=-20%'],
        64,
        'spot:DOGE',
      ],
      ['owners beside a file', () => ['report', SAFE, '--from', garbage], 64, 'name no owners'],
      [
        'a node beside a file',
        () => ['report', '--from', garbage, '--rpc', '1=http://a.b'],
        64,
        'drop --rpc',
      ],
      ['a file that is not there', () => ['report', '--from', join(folder, 'none')], 65, 'ENOENT'],
      ['a file that is no JSON', () => ['report', '--from', garbage], 65, 'is not JSON'],
      [
        'a file of another format',
        () => ['report', '--from', foreign],
        65,
        'has the format "other/1"',
      ],
      ['a portfolio without owners', () => ['report', '--from', ownerless], 65, 'names no owner'],
      [
        'a portfolio of an owner whom nobody read',
        () => ['report', '--from', unread],
        65,
        'says nothing of owner',
      ],
      ['a folder to save to', () => ['report', SAFE, ...bank, '--save', folder], 65, 'EISDIR'],
      [
        'an adapter that is not there',
        () => ['report', SAFE, '--adapter', './none.mjs'],
        65,
        'Cannot load',
      ],
      [
        'a module without an adapter',
        () => ['report', SAFE, '--adapter', SIGNER],
        65,
        'exports no adapter',
      ],
      [
        'a module without a signer',
        () => ['report', SAFE, ...bank, '--auth', `x=${BANK}`],
        65,
        'exports no signer',
      ],
      ['a recording that is none', () => ['adapter', 'check', foreign], 65, 'is not a recording'],
      [
        'no owner to record',
        () => ['adapter', 'record', BANK, '--out', garbage],
        64,
        'Add --owner',
      ],
      ['no file to record to', () => ['adapter', 'record', BANK, '--owner', SAFE], 64, '--out'],
    ])(
      '%s: says what and what to do, without a stack',
      async (_what, parameters, code, message) => {
        const result = await run(parameters())
        expect(result.stderr).toContain(message)
        expect(result.stderr).not.toMatch(/\n {4}at /)
        expect(result.stdout).toBe('')
        expect(result.code).toBe(code)
      },
    )

    it('prints stack and causes with --debug', async () => {
      const result = await run(['--debug', 'report', '--from', garbage])
      expect(result.stderr).toMatch(/\n {4}at /)
      expect(result.stderr).toContain('caused by')
    })
  })
})
