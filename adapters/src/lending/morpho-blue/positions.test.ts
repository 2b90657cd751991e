import { readFileSync } from 'node:fs'
import type { Answer, Request } from '@plimsoll/client'
import { PlimsollError } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { type FoundPositions, findPositions } from './positions.js'

const OWNER = '0x2a315c59a6a95aeeec085c73badac801c2f4209f'
const OTHER = `0x${'0b'.repeat(20)}` as const
const USR_USDC = '0x8e7cc042d739a365c43d0a52d5f24160fa7ae9b7e7c9a479bd02a56041d4cf77'

type Item = { readonly market: { readonly marketId: string }; readonly [field: string]: unknown }
type Data = {
  readonly marketPositions: { readonly pageInfo: object; readonly items: readonly Item[] }
}
const recorded = JSON.parse(
  readFileSync(new URL('fixtures/positions-2026-08-14.json', import.meta.url), 'utf8'),
) as { readonly data: Data }
const [position] = recorded.data.marketPositions.items

const page = (countTotal: number, items: readonly unknown[]): unknown => ({
  marketPositions: { pageInfo: { countTotal, count: items.length }, items },
})
/** The recorded position as if it were in another market. */
const inMarket = (index: number): unknown => ({
  ...position,
  market: { ...position?.market, marketId: `0x${index.toString(16).padStart(64, '0')}` },
})

type Asked = { readonly variables: unknown }

/** What is found when the interface answers with these pages, and what it was asked. */
function find(pages: readonly unknown[]): {
  readonly found: FoundPositions
  readonly asked: readonly Asked[]
} {
  const rounds = findPositions(1, [OTHER, OWNER])
  const asked: Asked[] = []
  let step = rounds.next()
  for (const body of pages) {
    if (step.done === true) break
    const [request] = step.value as readonly Extract<Request, { kind: 'graphql' }>[]
    if (request === undefined) throw new RangeError('nothing was asked')
    asked.push({ variables: request.variables })
    step = rounds.next([answerOf(request, body)])
  }
  if (step.done !== true) throw new RangeError('more was asked')
  return { found: step.value, asked }
}

function answerOf(request: Request, body: unknown): Answer {
  try {
    return { ok: true, value: (request.decode as (answer: unknown) => unknown)(body) }
  } catch (error) {
    if (error instanceof PlimsollError) return { ok: false, error }
    throw error
  }
}

describe('findPositions', () => {
  it('reads the answer of the interface, and asks for owners in one order', () => {
    const { found, asked } = find([page(1, [position])])
    expect([...found]).toEqual([
      [OTHER, []],
      [OWNER, [USR_USDC]],
    ])
    const where = { userAddress_in: [OTHER, OWNER], chainId_in: [1] }
    expect(asked).toEqual([{ variables: { first: 1000, skip: 0, where } }])
  })

  it('asks page after page until it has them all', () => {
    const items = Array.from({ length: 2_300 }, (_, index) => inMarket(index))
    const { found, asked } = find([
      page(2_300, items.slice(0, 1_000)),
      page(2_300, items.slice(1_000, 2_000)),
      page(2_300, items.slice(2_000)),
    ])
    expect(found.get(OWNER)).toHaveLength(2_300)
    expect(asked).toHaveLength(3)
  })

  it('refuses what is short, of another owner, of another chain, or in another form', () => {
    const elsewhere = { ...position?.market, chain: { id: 8453 } }
    const bad = [
      recorded.data,
      page(2, [position]),
      { marketPositions: { pageInfo: { countTotal: 1, count: 1 }, items: [] } },
      page(1, [{ ...position, user: { address: `0x${'0c'.repeat(20)}` } }]),
      page(1, [{ ...position, market: elsewhere }]),
      page(1, [{ ...position, market: null }]),
      { marketPositions: null },
      null,
    ]
    for (const body of bad) expect(() => find([body])).toThrow(PlimsollError)
  })

  it('gives up on an interface that never comes to an end', () => {
    const endless = Array.from({ length: 25 }, () =>
      page(
        1_000_000,
        Array.from({ length: 1_000 }, (_, index) => inMarket(index)),
      ),
    )
    expect(() => find(endless)).toThrow('fewer owners')
  })
})
