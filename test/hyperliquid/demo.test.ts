import { readFileSync } from 'node:fs'
import { hyperliquid } from '@plimsoll/adapters/perps/hyperliquid'
import { PlimsollError, toCanonicalJson } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import type { Question } from './venue.js'
import { play, stateOf } from './venue.js'

type Exchange = { readonly request: { readonly body: Question }; readonly response: unknown }

describe('the account of the demo', () => {
  const file = new URL('../../examples/demo/fixtures/hyperliquid.json', import.meta.url)
  const { exchanges, owner, nowMs } = JSON.parse(readFileSync(file, 'utf8')) as {
    exchanges: readonly Exchange[]
    owner: string
    nowMs: number
  }
  const answers = new Map(
    exchanges.map(({ request, response }) => [toCanonicalJson(request.body), response]),
  )

  it('reads from its fixture alone and reconciles', () => {
    const unused = new Set(answers.keys())
    const { result, rounds } = play(
      (question) => {
        const key = toCanonicalJson(question)
        if (!answers.has(key)) throw new PlimsollError(`The fixture does not hold ${key}.`)
        unused.delete(key)
        return answers.get(key)
      },
      { owners: [owner] },
    )
    expect([...unused]).toEqual([])
    expect(rounds).toHaveLength(1)
    expect(result.failures).toEqual([])
    expect(result.accounts.map(({ reconciliation }) => reconciliation.status)).toEqual([
      'reconciled',
      'not-reported',
    ])
    expect(result.asOf).toEqual([{ kind: 'time', timeMs: nowMs }])
    const evaluation = hyperliquid().modules[0]?.evaluate(stateOf(result, '/cross/main'))
    expect(evaluation).toMatchObject({ equity: 2500, maintenanceMargin: 240, liquidatable: false })
  })
})
