import type { VenueModule, VenueState } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { deferredModule, loadModules } from './deferredModule.js'
import { ConnectionError, ModuleNotLoadedError } from './errors.js'

const RULE = {
  tag: 'harbour/portfolio',
  version: 2,
  liquidate: null,
  operations: [],
  apply: (state: VenueState) => state,
} satisfies Omit<VenueModule, 'evaluate' | 'compile'>

const evaluation: ReturnType<VenueModule['evaluate']> = {
  health: { value: 2 },
  liquidatable: false,
  equity: 10,
  initialMargin: null,
  maintenanceMargin: 5,
  excess: 5,
  exact: {},
  flags: [],
}
const compiled: ReturnType<VenueModule['compile']> = {
  account: 'harbour/1/a' as ReturnType<VenueModule['compile']>['account'],
  marks: [],
  tests: [],
  combine: 'any',
  errorBound: 0,
}
const whole: VenueModule = { ...RULE, evaluate: () => evaluation, compile: () => compiled }

const portfolioOf = (...tags: readonly string[]) => ({
  accounts: tags.map((tag) => ({
    rule: {
      tag,
      version: 2,
      numeraire: 'USD',
      modes: {},
      parameters: {},
      shared: [],
    },
  })),
})
// What a module is given is its own affair here.
const state = {} as VenueState

describe('deferredModule', () => {
  it('refuses to judge before its code is there, and says what to do', () => {
    const module = deferredModule(RULE, async () => whole)
    expect(() => module.evaluate(state)).toThrow(ModuleNotLoadedError)
    expect(() => module.compile(state)).toThrow(/harbour\/portfolio@2 is not loaded.*loadModules/)
  })

  it('judges as the loaded module does, and is loaded once', async () => {
    let loads = 0
    const module = deferredModule(RULE, async () => {
      loads++
      return whole
    })
    await Promise.all([module.load(), module.load()])
    await module.load()
    expect(module.evaluate(state)).toBe(evaluation)
    expect(module.compile(state)).toBe(compiled)
    expect(loads).toBe(1)
  })

  it('can be loaded again after a chunk was not served', async () => {
    let isServed = false
    const module = deferredModule(RULE, async () => {
      if (isServed) return whole
      throw new TypeError('Failed to fetch dynamically imported module')
    })
    await expect(module.load()).rejects.toThrow(ConnectionError)
    expect(() => module.evaluate(state)).toThrow(ModuleNotLoadedError)
    isServed = true
    await module.load()
    expect(module.evaluate(state)).toBe(evaluation)
  })
})

describe('loadModules', () => {
  it('loads the rules of the accounts and no others', async () => {
    const loaded: string[] = []
    const named = (tag: string) =>
      deferredModule({ ...RULE, tag }, async () => {
        loaded.push(tag)
        return { ...whole, tag }
      })
    const modules = [named('harbour/portfolio'), named('harbour/standard'), whole]
    await loadModules(modules, portfolioOf('harbour/standard', 'harbour/standard', 'other/rule'))
    expect(loaded).toEqual(['harbour/standard'])
  })

  it('tells versions of one rule apart', async () => {
    let loads = 0
    const older = deferredModule({ ...RULE, version: 1 }, async () => {
      loads++
      return whole
    })
    await loadModules([older], portfolioOf('harbour/portfolio'))
    expect(loads).toBe(0)
  })
})
