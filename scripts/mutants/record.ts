// `pnpm mutants:record`: draws random accounts, sends them through the venue's contracts on a local
// node and writes the answers to test/truth/aave-v3-states.json. Beside any states it looks for those
// that each rounding mutant gets wrong, so that every mutant that can be noticed is.
import { writeFileSync } from 'node:fs'
import { type LocalPool, startLocalPool } from '../../test/contracts/aave-v3/local-pool.js'
import { seededRandom } from '../../test/contracts/aave-v3/random-state.js'
import { DRAWS } from './candidates.js'
import { EQUIVALENTS } from './equivalents.js'
import { loadMutable, type Mutable } from './load.js'
import { measure } from './measure.js'
import { type Candidate, caseOf, caseText } from './rows.js'
import { agrees, answerOf } from './run.js'
import { describeSite, mutantsOf, type Rounding, type Site } from './sites.js'
import { AAVE_V3 } from './targets.js'

const SEED = 20_261_125
const FILE = 'test/truth/aave-v3-states.json'
const KIND = 'aave-v3-states'
/** Plain cases of each kind, for each revision. */
const PLAIN = 10
/** How many draws of each kind are looked through for a mutant. */
const DRAWS_PER_MUTANT = 600

type Recorded = { readonly id: string; readonly expect: unknown; readonly [field: string]: unknown }

/** What a model says of a candidate, as plain data; errors by name. */
function said(mutable: Mutable, candidate: Candidate): unknown {
  const file = { kind: KIND, cases: [] }
  const truthCase = { id: '', ...(JSON.parse(caseText(caseOf(candidate))) as object) }
  return JSON.parse(caseText(answerOf(mutable.run, file, truthCase)))
}

async function recordRevision(local: LocalPool, mutable: Mutable): Promise<readonly Recorded[]> {
  const random = seededRandom(SEED + local.revision)
  const version = local.revision === 1 ? '3.0' : '3.6'
  const recorded: Recorded[] = []
  const add = async (candidate: Candidate): Promise<boolean> => {
    const expect = await measure(local, candidate)
    if (expect === null) return false
    const id = `${version}-${candidate.model}-${recorded.length}`
    recorded.push({ id, ...caseOf(candidate), expect })
    return true
  }
  for (const draw of Object.values(DRAWS)) {
    for (let kept = 0; kept < PLAIN; ) {
      const candidate = draw(random, local)
      if (candidate !== null && (await add(candidate))) kept += 1
    }
  }
  const plain = (truthCase: Recorded): Recorded => JSON.parse(caseText(truthCase)) as Recorded
  const isNoticed = (site: number, mutant: Rounding): boolean => {
    mutable.select(site, mutant)
    const file = { kind: KIND, cases: [] }
    const noticed = recorded
      .map(plain)
      .some((truthCase) => !agrees(truthCase.expect, answerOf(mutable.run, file, truthCase)))
    mutable.select(null, null)
    return noticed
  }
  for (const site of mutable.sites) {
    for (const mutant of mutantsOf(site)) {
      if (isListed(site, mutant) || isNoticed(site.id, mutant)) continue
      const found = await search(mutable, random, local, site.id, mutant, add)
      if (!found) {
        process.stdout.write(`${version}: nothing found for ${describeSite(site)} → ${mutant}\n`)
      }
    }
  }
  return recorded
}

function isListed({ file, code }: Site, mutant: Rounding): boolean {
  return EQUIVALENTS.some(
    (listed) => listed.file === file && listed.code === code && listed.to === mutant,
  )
}

/** Draws until a candidate passes the site and comes out differently, and the contracts decide it. */
async function search(
  mutable: Mutable,
  random: ReturnType<typeof seededRandom>,
  local: LocalPool,
  site: number,
  mutant: Rounding,
  add: (candidate: Candidate) => Promise<boolean>,
): Promise<boolean> {
  for (const draw of Object.values(DRAWS)) {
    let passes = 0
    for (let count = 0; count < DRAWS_PER_MUTANT; count += 1) {
      // A kind of candidate that hardly ever comes by is not worth drawing on.
      if (count === 40 && passes === 0) break
      const candidate = draw(random, local)
      if (candidate === null) continue
      mutable.takePassed()
      const before = caseText(said(mutable, candidate))
      if (!mutable.takePassed().has(site)) continue
      passes += 1
      mutable.select(site, mutant)
      const after = caseText(said(mutable, candidate))
      mutable.select(null, null)
      if (before !== after && (await add(candidate))) return true
    }
  }
  return false
}

const mutable = await loadMutable(AAVE_V3)
const cases: Recorded[] = []
for (const revision of [1, 10] as const) {
  const local = await startLocalPool(revision)
  try {
    cases.push(...(await recordRevision(local, mutable)))
  } finally {
    await local.anvil.stop()
  }
}
const head = {
  format: 'plimsoll-truth/1',
  kind: KIND,
  about:
    'Random accounts written into the storage of Aave 3.0 (@aave/core-v3 1.19.3, pool revision 1) and 3.6 (@aave-dao/aave-v3-origin 3.6.0, revision 10) on a local node, and what the contracts answered: getUserAccountData, whether and up to which price liquidationCall succeeds, and what liquidations and operations left. Integers, exact.',
  layout: {
    eMode:
      'id, ltv, liquidationThreshold, liquidationBonus (bps), collateral, borrowable and ltvzero bitmaps, asset whose price holds for the category ("" for none)',
    positions:
      'asset, asset whose price it has, price (1e-8 USD), scaled supply, scaled variable debt, bits (1 borrowing, 2 used as collateral), the 15 words of getReserveData, end of the grace period, 1 if anyone owes the asset',
    left: 'scaled supply, scaled variable debt, bits, liquidity index, variable borrow index, last update, isolation-mode debt; of each position',
    deficit: 'bad debt booked for each asset, raw units',
  },
}
const lines = cases.map(caseText).join(',\n')
writeFileSync(FILE, `${JSON.stringify(head).slice(0, -1)},"cases":[\n${lines}\n]}\n`)
process.stdout.write(`${cases.length} cases written to ${FILE}\n`)
