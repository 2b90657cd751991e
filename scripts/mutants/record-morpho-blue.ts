// `pnpm mutants:record-morpho-blue`: draws random positions, sends them through the venue's contract on
// a local node and writes the answers to test/truth/morpho-blue-states.json: some of each kind, and
// those that a rounding mutant gets wrong, so that every mutant that can be noticed is.
import { writeFileSync } from 'node:fs'
import {
  boundaryPrice,
  findLiquidation,
  type MarginState,
} from '../../adapters/src/lending/morpho-blue/exact.js'
import { type Random, seededRandom } from '../../test/contracts/aave-v3/random-state.js'
import {
  type LocalMarket,
  startLocalMarket,
} from '../../test/contracts/morpho-blue/local-market.js'
import {
  randomLiquidation,
  randomOperation,
} from '../../test/contracts/morpho-blue/random-operation.js'
import { randomState } from '../../test/contracts/morpho-blue/random-state.js'
import { rateOf } from '../../test/contracts/morpho-blue/storage.js'
import { EQUIVALENTS } from './equivalents.js'
import { loadMutable } from './load.js'
import { agrees, answerOf } from './run.js'
import { describeSite, mutantsOf } from './sites.js'
import { MORPHO_BLUE } from './targets.js'

const SEED = 20_261_132
const FILE = 'test/truth/morpho-blue-states.json'
const KIND = 'morpho-blue-states'
/** Plain cases of each kind. */
const PLAIN = 12
/** How many draws of each kind are looked through for a mutant. */
const DRAWS_PER_MUTANT = 4_000

type Fields = { readonly [field: string]: unknown }
/** A case without its answer, and how the contract gives it; null when it does not decide it. */
type Candidate = { readonly fields: Fields; readonly measure: () => Promise<Fields | null> }

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'bigint' ? String(item) : item,
    ),
  )

/** A state with its rate as the model answered it, so that the case needs no rate model. */
function drawState(random: Random, { now }: LocalMarket): MarginState {
  const state = randomState(random, now)
  const rate = { kind: 'observed', borrowRate: rateOf(state), at: state.at } as const
  return { ...state, market: { ...state.market, rate } }
}

function fieldsOf(model: string, state: MarginState): Fields {
  const { market } = state
  return {
    model,
    at: state.at,
    price: state.price,
    position: [state.supplyShares, state.borrowShares, state.collateral],
    market: [
      market.totalSupplyAssets,
      market.totalSupplyShares,
      market.totalBorrowAssets,
      market.totalBorrowShares,
      market.lastUpdate,
      market.fee,
      market.lltv,
    ],
    borrowRate: rateOf(state),
  }
}

const DRAWS: readonly ((random: Random, local: LocalMarket) => Candidate | null)[] = [
  (random, local) => {
    const state = drawState(random, local)
    return {
      fields: fieldsOf('morpho-blue-accrual', state),
      measure: async () => {
        const params = local.paramsOf(state)
        const { error, left } = await local.execute(state, local.user, 'accrueInterest', [params])
        return error === '' ? { left } : null
      },
    }
  },
  (random, local) => {
    const state = drawState(random, local)
    const price = boundaryPrice(state)
    if (price === null || price === 0n) return null
    const call = findLiquidation({ ...state, price })
    const liquidates = async (at: bigint): Promise<string> => {
      const args = [local.paramsOf(state), local.user, call?.seizedAssets, call?.repaidShares, '0x']
      const priced = { ...state, price: at }
      return (await local.execute(priced, local.liquidator, 'liquidate', args)).error
    }
    return {
      fields: fieldsOf('morpho-blue-boundary', state),
      measure: async () => {
        const isBoundary =
          call !== null && (await liquidates(price)) === '' && (await liquidates(price + 1n)) !== ''
        return isBoundary ? { price } : null
      },
    }
  },
  (random, local) => {
    const state = drawState(random, local)
    const call = randomLiquidation(random, state)
    return {
      fields: { ...fieldsOf('morpho-blue-liquidation', state), ...call },
      measure: async () => {
        const args = [local.paramsOf(state), local.user, call.seizedAssets, call.repaidShares, '0x']
        const { error, returned, left } = await local.execute(
          state,
          local.liquidator,
          'liquidate',
          args,
        )
        if (error !== '') return { executes: false }
        return { executes: true, seized: returned[0], repaid: returned[1], left }
      },
    }
  },
  (random, local) => {
    const state = drawState(random, local)
    const { name, assets, shares, args } = randomOperation(random, state)
    return {
      fields: { ...fieldsOf('morpho-blue-operation', state), operation: name, assets, shares },
      measure: async () => {
        const own = [local.paramsOf(state), ...args(local.user)]
        const { error, left } = await local.execute(state, local.user, name, own)
        return error === '' ? { executes: true, left } : { executes: false }
      },
    }
  },
]

type Recorded = { readonly id: string; readonly expect: unknown; readonly [field: string]: unknown }

async function record(local: LocalMarket): Promise<readonly Recorded[]> {
  const mutable = await loadMutable(MORPHO_BLUE)
  const random = seededRandom(SEED)
  const file = { kind: KIND, cases: [] }
  const recorded: Recorded[] = []
  const add = async ({ fields, measure }: Candidate): Promise<boolean> => {
    const expect = await measure()
    if (expect === null) return false
    const id = `${String(fields.model)}-${recorded.length}`
    recorded.push(plain({ id, ...fields, expect }) as Recorded)
    return true
  }
  const said = (truthCase: unknown): unknown => plain(answerOf(mutable.run, file, truthCase))
  for (const draw of DRAWS) {
    for (let kept = 0; kept < PLAIN; ) {
      const candidate = draw(random, local)
      if (candidate !== null && (await add(candidate))) kept += 1
    }
  }
  for (const site of mutable.sites) {
    // The rate model has recorded answers of its own.
    if (site.file.endsWith('rate.ts')) continue
    for (const mutant of mutantsOf(site)) {
      const isListed = EQUIVALENTS.some(
        ({ file: listed, code, to }) => listed === site.file && code === site.code && to === mutant,
      )
      mutable.select(site.id, mutant)
      const isNoticed = recorded.some((entry) => !agrees(entry.expect, said(entry)))
      mutable.select(null, null)
      if (isListed || isNoticed) continue
      let isFound = false
      for (const draw of DRAWS) {
        for (let count = 0; count < DRAWS_PER_MUTANT && !isFound; count += 1) {
          const candidate = draw(random, local)
          if (candidate === null) continue
          const fields = plain({ id: '', ...candidate.fields })
          const before = said(fields)
          mutable.select(site.id, mutant)
          const differs = !agrees(before, said(fields))
          mutable.select(null, null)
          isFound = differs && (await add(candidate))
        }
      }
      if (!isFound) process.stdout.write(`nothing found for ${describeSite(site)} → ${mutant}\n`)
    }
  }
  return recorded
}

const local = await startLocalMarket()
try {
  const cases = await record(local)
  const head = {
    format: 'plimsoll-truth/1',
    kind: KIND,
    about:
      'Random positions written into the storage of Morpho Blue (@morpho-org/morpho-blue 1.0.0) on a local node, and what the contract answered: what accrueInterest, liquidations and operations left, and the highest price at which liquidate succeeds. Integers, exact.',
    layout: {
      position: 'supply shares, borrow shares, collateral',
      market:
        'total supply assets and shares, total borrow assets and shares, last update, fee, LLTV',
      borrowRate: 'what the rate model answers at the time `at`, per second, 1e18',
      left: 'the position, then the market without its LLTV, as in these lists',
    },
  }
  const lines = cases.map((entry) => JSON.stringify(entry)).join(',\n')
  writeFileSync(FILE, `${JSON.stringify(head).slice(0, -1)},"cases":[\n${lines}\n]}\n`)
  process.stdout.write(`${cases.length} cases written to ${FILE}\n`)
} finally {
  await local.anvil.stop()
}
