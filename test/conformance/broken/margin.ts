import type { Adapter, ReadRounds } from '@plimsoll/client'
import { SchemaError } from '@plimsoll/client'
import { reconcile } from '@plimsoll/model'
import { harbour } from '../../../examples/custom-adapter/src/index.js'
import { harbourModule } from '../../../examples/custom-adapter/src/margin.js'
import type { BrokenAdapter } from './spoil.js'
import { accounts, broken, evaluating, module } from './spoil.js'

/** Adapters whose arithmetic, comparison or memory is wrong. */
export const marginBreakers: readonly BrokenAdapter[] = [
  broken(
    'arithmetic',
    'has infinite health without debt',
    evaluating((evaluation) =>
      evaluation.health.value === null
        ? { ...evaluation, health: { value: Infinity } }
        : evaluation,
    ),
  ),
  broken(
    'arithmetic',
    'compiles a slightly better health',
    module({
      compile: (state) => {
        const compiled = harbourModule.compile(state)
        return {
          ...compiled,
          tests: compiled.tests.map((test) =>
            test.kernel === 'threshold'
              ? {
                  ...test,
                  collateral: test.collateral.map((term) => ({
                    ...term,
                    weight: term.weight * (1 + 1e-6),
                  })),
                }
              : test,
          ),
        }
      },
    }),
  ),
  broken(
    'arithmetic',
    'compiles the debt at a price that does not move',
    module({
      compile: (state) => {
        const compiled = harbourModule.compile(state)
        return {
          ...compiled,
          tests: compiled.tests.map((test) =>
            test.kernel === 'threshold'
              ? { ...test, collateral: test.collateral.map((term) => ({ ...term, mark: -1 })) }
              : test,
          ),
        }
      },
    }),
  ),
  broken(
    'arithmetic',
    'can be liquidated at any health',
    evaluating((evaluation) => ({ ...evaluation, liquidatable: true })),
  ),

  broken(
    'reconciliation',
    'tolerates every difference',
    accounts((account) => ({
      ...account,
      reconciliation: reconcile(
        'harbour 1',
        account.reconciliation.checks.map((check) => ({ ...check, tolerance: 1e300 })),
      ),
    })),
  ),
  broken(
    'reconciliation',
    'is reconciled whatever the numbers are',
    accounts((account) => ({
      ...account,
      reconciliation: {
        ...account.reconciliation,
        checks: account.reconciliation.checks.map((check) => ({ ...check, residual: 1 })),
      },
    })),
  ),
  broken(
    'reconciliation',
    'compares a number with itself',
    accounts((account) => ({
      ...account,
      reconciliation: reconcile(
        'harbour 1',
        account.reconciliation.checks.map((check) => ({
          ...check,
          reported: check.recomputed,
          residual: 0,
        })),
      ),
    })),
  ),

  broken('memory', 'changes what it was given to remember', {
    result: (result) => ({ ...result, memory: { owners: ['a'] } }),
    context: (context) => {
      const { memory } = context
      if (typeof memory === 'object' && memory !== null) Object.assign(memory, { seen: true })
      return context
    },
  }),
  broken('memory', 'believes any list that it remembers', {
    result: (result, { memory }) =>
      Array.isArray(memory)
        ? {
            ...result,
            accounts: [],
            existence: result.existence.map((entry) => ({ ...entry, state: 'none' })),
          }
        : result,
  }),
  broken('memory', 'remembers what cannot be stored', {
    result: (result) => ({ ...result, memory: Number.NaN }),
  }),
  {
    breaks: 'memory',
    flaw: 'takes two rounds for every refresh',
    adapter: twoRounds(),
  },
]

/** Asks one part after the other although it knows both. */
function twoRounds(): Adapter {
  return {
    ...harbour,
    read: async (context) => split(await harbour.read(context)),
  }
}

function* split(rounds: ReadRounds): ReadRounds {
  const step = rounds.next([])
  if (step.done === true) return step.value
  const one = yield step.value.slice(0, 1)
  const others = yield step.value.slice(1)
  const end = rounds.next([...one, ...others])
  if (end.done !== true) throw new SchemaError('Harbour takes one round.')
  return end.value
}
