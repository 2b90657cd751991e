import { HttpStatusError, NotJsonError, SchemaError } from '@plimsoll/client'
import type { Existence } from '@plimsoll/model'
import { COLLATERAL_TOKEN } from '../../../examples/custom-adapter/src/market.js'
import type { Position } from '../../../examples/custom-adapter/src/requests.js'
import { OWNERS } from '../harbourRecording.js'
import { reworded } from '../rewire.js'
import type { BrokenAdapter } from './spoil.js'
import {
  believing,
  broken,
  callsBy,
  fieldOf,
  GENEROUS,
  loose,
  NOTHING,
  queryBy,
  unreconciled,
  WHOLE,
} from './spoil.js'

const [ALICE, , , EMPTY] = OWNERS

/** Adapters that make the best of an answer that is wrong or missing. */
export const failOpenAdapters: readonly BrokenAdapter[] = [
  broken(
    'fail-closed/dropped',
    'takes a default when the parameters do not come',
    believing('graphql', () => true, GENEROUS),
    unreconciled,
  ),
  loose(
    'fail-closed/empty',
    'reads 0x as zeros',
    callsBy((raw, sound) => (raw === '0x' ? NOTHING : sound(raw))),
  ),
  loose(
    'fail-closed/empty',
    'takes a default for null',
    queryBy((raw, sound) => (fieldOf(raw, 'thresholdBps') === null ? GENEROUS : sound(raw))),
  ),
  loose(
    'fail-closed/truncated',
    'takes a default for a missing field',
    queryBy((raw, sound) => (fieldOf(raw, 'thresholdBps') === undefined ? GENEROUS : sound(raw))),
  ),
  loose(
    'fail-closed/truncated',
    'fills up an answer that is cut short',
    callsBy((raw, sound) =>
      raw.length < WHOLE
        ? { ...(sound(`0x${raw.slice(2).padEnd(WHOLE - 2, '0')}`) as Position), debt: 1n }
        : sound(raw),
    ),
  ),
  loose(
    'fail-closed/wrong-type',
    'takes a default for what is not a number',
    queryBy((raw, sound) =>
      typeof fieldOf(raw, 'thresholdBps') === 'number' ? sound(raw) : GENEROUS,
    ),
  ),
  loose(
    'fail-closed/wrong-length',
    'reads the answer from its end',
    callsBy((raw, sound) =>
      raw.length > WHOLE ? { ...(sound(raw) as Position), debt: 1n } : sound(raw),
    ),
  ),
  loose(
    'fail-closed/wrong-id',
    'takes the parameters of any market',
    queryBy((raw, sound) =>
      String(fieldOf(raw, 'collateral')).toLowerCase() === COLLATERAL_TOKEN ? sound(raw) : GENEROUS,
    ),
  ),
  loose(
    'fail-closed/wrong-id',
    'drops a flag with a status that it does not know',
    queryBy((raw, sound) => {
      const known = ['ACTIVE', 'FROZEN'].includes(String(fieldOf(raw, 'status')))
      return sound(known ? raw : reworded(raw, String(fieldOf(raw, 'status')), 'ACTIVE'))
    }),
  ),
  loose(
    'fail-closed/reverted',
    'takes a revert for an owner without a position',
    believing('call', (error) => error.name === 'CallRevertedError', NOTHING),
  ),
  loose(
    'fail-closed/reverted',
    'takes a default when the indexer is down',
    believing('graphql', (error) => error instanceof HttpStatusError, GENEROUS),
  ),
  loose(
    'fail-closed/html',
    'takes an error page for no position',
    believing('call', (error) => error instanceof NotJsonError, NOTHING),
  ),
  loose(
    'fail-closed/html',
    'takes a default for text',
    queryBy((raw, sound) => (typeof raw === 'string' ? GENEROUS : sound(raw))),
  ),
  loose(
    'fail-closed/out-of-range',
    'believes that someone has 2^255 of a token',
    callsBy((raw, sound) => {
      try {
        return sound(raw)
      } catch (error) {
        if (!(error instanceof SchemaError)) throw error
        return {
          ...(sound(`0x${'1'.padStart(64, '0')}${raw.slice(66)}`) as Position),
          collateral: 2n ** 111n,
        }
      }
    }),
  ),
  loose(
    'fail-closed/out-of-range',
    'holds a threshold of 1e40 for the highest one',
    queryBy((raw, sound) =>
      Number(fieldOf(raw, 'thresholdBps')) > 10_000 ? GENEROUS : sound(raw),
    ),
  ),
  loose(
    'fail-closed/stale',
    'holds a debt for repaid that was priced long ago',
    callsBy((raw, sound) => {
      const position = sound(raw) as Position
      const isOld = position.pricedAt < Date.now() / 1000 - 86_400
      return isOld
        ? { ...position, debt: position.debt / 2n, pricedAt: position.pricedAt + 40 * 86_400 }
        : position
    }),
  ),
  broken('contract', 'forgets the assets when the parameters do not come', {
    result: (result) => (result.failures.length > 0 ? { ...result, assets: [] } : result),
  }),
  {
    // Two owners would notice that one price is old.
    owners: [ALICE, EMPTY],
    ...broken('visible-age', 'lets prices grow old', {
      result: (result) => ({
        ...result,
        marks: result.marks.map((mark) => ({ ...mark, stalenessLimitMs: null })),
      }),
    }),
  },
  broken('visible-failures', 'catches every failure and returns nothing', {
    result: (result, { block }) => ({
      ...result,
      failures: [],
      existence: result.existence.map(
        (entry): Existence =>
          entry.state === 'unknown'
            ? { ...entry, state: 'none', asOf: block, validForMs: 60_000 }
            : entry,
      ),
    }),
  }),
  broken(
    'typed-errors',
    'throws a bare error while it decodes',
    queryBy((raw, sound) => {
      if (fieldOf(raw, 'thresholdBps') === undefined) throw new TypeError('no threshold')
      return sound(raw)
    }),
  ),
  broken('typed-errors', 'trips over a failure after its round', {
    result: (result) => {
      if (result.failures.length > 0) throw new RangeError('no failures, please')
      return result
    },
  }),
]
