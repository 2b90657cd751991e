import type { Health, QualityFlag } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { idOf } from '../../../../test/risk/toyWorld.js'
import { headline } from './headline.js'

const none: Health = { value: null, reason: 'no-requirement', message: 'nothing is owed' }
const of = (id: string, health: Health, material = true) => ({
  account: idOf(id),
  health,
  material,
})
const flag = (severity: QualityFlag['severity'], message: string): QualityFlag => ({
  code: 'stale',
  severity,
  account: null,
  message,
})

describe('headline', () => {
  const accounts = [
    of('toy/1/a', none),
    of('toy/1/b', { value: 1.5 }),
    of('toy/1/c', { value: 1.2 }),
    of('toy/1/d', { value: 1.2 }),
    of('toy/1/e', { value: 0.5 }, false),
    of('toy/1/f', { value: 3 }),
  ]

  it('is the lowest health of a material account, of equals the first', () => {
    expect(headline(accounts, [])).toEqual({
      health: { value: 1.2 },
      healthUpperBound: 1.2,
      weakest: idOf('toy/1/c'),
    })
  })

  it('is not touched by a warning', () => {
    expect(headline(accounts, [flag('warning', 'old')])).toEqual(headline(accounts, []))
  })

  it('is unknown with anything unknown, and the lowest known is an upper bound', () => {
    expect(headline(accounts, [flag('warning', 'old'), flag('unknown', 'not read')])).toEqual({
      health: { value: null, reason: 'unknown', message: 'not read' },
      healthUpperBound: 1.2,
      weakest: null,
    })
    const three = ['first', 'second', 'third'].map((message) => flag('unknown', message))
    expect(headline(accounts, three).health).toMatchObject({ message: 'first (and 2 more)' })
    expect(headline([], three).healthUpperBound).toBeNull()
  })

  it('has no requirement where no material account has one', () => {
    for (const given of [[], [of('toy/1/a', none), of('toy/1/e', { value: 0.5 }, false)]]) {
      expect(headline(given, [])).toMatchObject({
        health: { value: null, reason: 'no-requirement' },
        healthUpperBound: null,
        weakest: null,
      })
    }
  })
})
