import { serializePortfolio } from '@plimsoll/model'
import fc from 'fast-check'
import type { Address } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Adapter } from './adapter.js'
import { createClient } from './createClient.js'
import { createReplayClient } from './createReplayClient.js'
import { AdapterError, HttpStatusError, ReplayError } from './errors.js'
import { finishReplay } from './finishReplay.js'
import { readPortfolio } from './readPortfolio.js'
import type { RecordedAnswer, Recording } from './recording.js'
import { parseRecording, serializeRecording } from './recording.js'
import { recordReads } from './recordReads.js'
import { fakeNode } from './testing/fakeNode.js'
import { ALICE, BOB, toyExchange, toySubgraph, toyVault, vaultContract } from './testing/toys.js'

const VAULT: Address = '0x1111111111111111111111111111111111111111'
const BROKEN: Address = '0x2222222222222222222222222222222222222222'
const SECRET = 'signature-0xfeed'
const vault = toyVault({ id: 'vault', address: VAULT, chains: [1] })
const broken = toyVault({ id: 'broken', address: BROKEN, chains: [1] })
const exchange = toyExchange({ request: { method: 'POST', auth: 'wallet', body: { n: 7 } } })
const adapters: readonly Adapter[] = [vault, broken, exchange, toySubgraph()]

async function record(owners: readonly string[] = [ALICE, BOB], reads = 2, delayMs = () => 0) {
  const node = fakeNode({
    chain: 1,
    contracts: {
      [VAULT]: vaultContract({ [ALICE]: 5n, [BOB]: 6n }),
      [BROKEN]: () => ({ revert: '0x' }),
    },
  })
  const client = createClient({
    chains: [{ id: 1, transport: node.transport }],
    adapters,
    hosts: { 'toy-exchange': { api: 'https://private-host.test/key-in-path' } },
    auth: { wallet: async () => ({ 'x-signature': SECRET }) },
    http: {
      retries: 0,
      fetch: async (input, init) => {
        const url = new Request(input).url
        await new Promise((resolve) => setTimeout(resolve, delayMs()))
        if (url.includes('subgraph')) {
          return new Response('{"data":{"account":{"equity":"9"}}}')
        }
        return url.endsWith(BOB)
          ? new Response(`no ${new Headers(init?.headers).get('x-signature')}`, { status: 418 })
          : new Response('{"equity":12345678901234567890,"x":1}')
      },
    },
    clock: { now: () => 1_700_000_000_000, sleep: () => new Promise(() => {}) },
  })
  const recorder = recordReads(client)
  const portfolios: string[] = []
  for (let read = 0; read < reads; read++) {
    portfolios.push(serializePortfolio(await readPortfolio(recorder.client, { owners })))
  }
  return { recording: recorder.recording(), portfolios }
}

/** The recording with another answer, or no answer, in one place. */
function changed(
  recording: Recording,
  adapter: string,
  change: (answers: readonly RecordedAnswer[]) => readonly RecordedAnswer[],
): Recording {
  return {
    ...recording,
    reads: recording.reads.map((read) => ({
      ...read,
      tasks: read.tasks.map((task) =>
        task.adapter !== adapter
          ? task
          : {
              ...task,
              rounds: task.rounds.map((round) => {
                const answers = change(round.map(({ answer }) => answer))
                return answers.flatMap((answer, index) => {
                  const exchanged = round[index % round.length]
                  return exchanged === undefined ? [] : [{ ...exchanged, answer }]
                })
              }),
            },
      ),
    })),
  }
}

describe('a recording', () => {
  it('replays to the byte, failures and memory included', async () => {
    const { recording, portfolios } = await record()
    const client = createReplayClient(recording, { adapters })
    for (const expected of portfolios) {
      const portfolio = await readPortfolio(client, { owners: [ALICE, BOB] })
      expect(serializePortfolio(portfolio)).toBe(expected)
    }
    finishReplay(client)
    expect(portfolios[0]).toContain('CallRevertedError')
    expect(portfolios[0]).toContain('HttpStatusError')
    expect(portfolios[0]).toContain('SchemaError')
  })

  it('survives serialising, to the byte', async () => {
    const { recording } = await record()
    const text = serializeRecording(recording)
    expect(parseRecording(text)).toEqual(recording)
    expect(serializeRecording(parseRecording(text))).toBe(text)
  })

  it('holds neither hosts, keys, headers nor signatures, and no aggregate', async () => {
    const text = serializeRecording((await record()).recording)
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('private-host')
    expect(text).not.toContain('key-in')
    expect(text).not.toContain('x-signature')
    expect(text).not.toContain('82ad56cb')
    expect(text).toContain('"auth":"wallet"')
  })

  it('is the same whatever the latencies', async () => {
    const { recording } = await record()
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }), async (delays) => {
        let turn = 0
        const other = await record([ALICE, BOB], 2, () => delays[turn++ % 4] ?? 0)
        expect(serializeRecording(other.recording)).toBe(serializeRecording(recording))
      }),
      { numRuns: 10 },
    )
  })

  it('starts from an empty memory, so that the first replay asks the same', async () => {
    const { recording } = await record([ALICE], 2)
    const rounds = recording.reads.map(
      ({ tasks }) => tasks.find(({ adapter }) => adapter === 'vault')?.rounds.length,
    )
    expect(rounds).toEqual([2, 1])
  })

  it('records a chain that could not be pinned', async () => {
    const node = fakeNode({ chain: 10 })
    const recorder = recordReads(
      createClient({ chains: [{ id: 1, transport: node.transport }], adapters: [vault] }),
    )
    const live = await readPortfolio(recorder.client, { owners: [ALICE] })
    expect(live.failures).toMatchObject([{ error: 'ChainError' }])
    const client = createReplayClient(recorder.recording(), { adapters: [vault] })
    expect(await readPortfolio(client, { owners: [ALICE] })).toEqual(live)
  })

  it('records that a block was replaced', async () => {
    let blocks = 0
    const node = fakeNode({
      chain: 1,
      takesHash: false,
      contracts: { [VAULT]: vaultContract({ [ALICE]: 5n }) },
      intercept: ({ method }) =>
        method === 'eth_getBlockByNumber' && ++blocks === 2
          ? { number: '0x64', hash: `0x${'ee'.repeat(32)}`, timestamp: '0x6553f100' }
          : undefined,
    })
    const recorder = recordReads(
      createClient({ chains: [{ id: 1, transport: node.transport }], adapters: [vault] }),
    )
    const live = await readPortfolio(recorder.client, { owners: [ALICE] })
    expect(live.failures).toMatchObject([{ error: 'BlockPinError' }])
    const client = createReplayClient(recorder.recording(), { adapters: [vault] })
    expect(await readPortfolio(client, { owners: [ALICE] })).toEqual(live)
  })
})

describe('createReplayClient', () => {
  const replay = (recording: Recording, used = adapters, owners = [ALICE, BOB]) =>
    readPortfolio(createReplayClient(recording, { adapters: used }), { owners })

  it('fails on a request that was not recorded', async () => {
    const { recording } = await record()
    const other = toyExchange({
      request: { method: 'POST', auth: 'wallet', body: { n: 8 } },
    })
    const used = [vault, broken, other, toySubgraph()]
    await expect(replay(recording, used)).rejects.toThrow(/not in the recording/)
    const more = [...adapters, toyExchange({ id: 'another' })]
    await expect(replay(recording, more)).rejects.toThrow(ReplayError)
  })

  it('fails on recorded answers that are not used', async () => {
    const { recording } = await record()
    await expect(replay(recording, adapters.slice(0, 3))).rejects.toThrow(/were not asked for/)
    const one = changed(recording, 'vault', (answers) => [...answers, ...answers])
    await expect(replay(one)).rejects.toThrow(/were not asked for/)
    const offChain = adapters.slice(2)
    await expect(replay(recording, offChain)).rejects.toThrow(ReplayError)
  })

  it('fails on other owners, other blocks and one read too many', async () => {
    const { recording } = await record([ALICE], 1)
    await expect(replay(recording, adapters, [BOB])).rejects.toThrow(/other owners/)
    const client = createReplayClient(recording, { adapters })
    const past = readPortfolio(client, { owners: [ALICE], blockNumbers: { 1: 5n } })
    await expect(past).rejects.toThrow(/other block numbers/)
    await expect(readPortfolio(client, { owners: [ALICE] })).rejects.toThrow(/all have been/)
  })

  it('fails at the end when a recorded read was not replayed', async () => {
    const { recording } = await record()
    const client = createReplayClient(recording, { adapters })
    await readPortfolio(client, { owners: [ALICE, BOB] })
    expect(() => finishReplay(client)).toThrow(/1 of 2 recorded reads/)
  })

  it('gives adapters the failures of the class that they were', async () => {
    const { recording } = await record([BOB], 1)
    const seen: unknown[] = []
    const spying: Adapter = {
      ...exchange,
      *read(context) {
        const inner = exchange.read(context)
        let step = inner.next([])
        while (step.done !== true) {
          const answers = yield step.value
          for (const answer of answers) if (!answer.ok) seen.push(answer.error)
          step = inner.next(answers)
        }
        return step.value
      },
    }
    await replay(recording, [vault, broken, spying, toySubgraph()], [BOB])
    expect(seen).toHaveLength(1)
    expect(seen[0]).toBeInstanceOf(HttpStatusError)
    expect(seen[0]).toMatchObject({ status: 418 })
  })

  it('refuses two adapters of one id', async () => {
    const { recording } = await record([ALICE], 1)
    expect(() => createReplayClient(recording, { adapters: [vault, vault] })).toThrow(AdapterError)
  })

  it('answers what it has and fails the rest, when it is told not to be strict', async () => {
    const { recording, portfolios } = await record([ALICE], 1)
    const used = [...adapters.slice(0, 3), toyExchange({ id: 'another' })]
    const client = createReplayClient(recording, { adapters: used, strict: false })
    const portfolio = await readPortfolio(client, { owners: [ALICE] })
    expect(portfolio.accounts.map(({ venue }) => venue)).toEqual(['vault'])
    expect(portfolio.failures.map(({ error }) => error)).toContain('ReplayError')
    const same = createReplayClient(recording, { adapters, strict: false })
    expect(serializePortfolio(await readPortfolio(same, { owners: [ALICE] }))).toBe(portfolios[0])
  })
})

describe('parseRecording', () => {
  it('names what does not fit', async () => {
    const text = serializeRecording((await record([ALICE], 1)).recording)
    expect(() => parseRecording(text.replace('recording/1', 'recording/9'))).toThrow(ReplayError)
    expect(() => parseRecording(text.replace('"kind":"call"', '"kind":"cell"'))).toThrow(
      ReplayError,
    )
    expect(() => parseRecording('{"format":"plimsoll-recording/1"}')).toThrow(/reads/)
    expect(() => parseRecording('<html>')).toThrow(ReplayError)
  })
})
