// `pnpm mutants`: every call that rounds, in the exact arithmetic, is made to round otherwise, one at
// a time, and the recorded answers of the venue's contracts are run against it. A mutant that nothing
// notices fails the script, unless the list of equivalents holds a proof that it changes nothing.
import { readFileSync } from 'node:fs'
import { EQUIVALENTS } from './mutants/equivalents.js'
import { loadMutable } from './mutants/load.js'
import { firstDisagreement, parseCases } from './mutants/run.js'
import { describeSite, mutantsOf } from './mutants/sites.js'
import { TARGETS, type Target } from './mutants/targets.js'

const start = performance.now()
const outcomes = { killed: 0, equivalent: 0, survived: 0 }
const totals = { sites: 0, cases: 0 }
const unused = new Set(EQUIVALENTS)

async function mutate(target: Target): Promise<void> {
  const { sites, run, select } = await loadMutable(target)
  const cases = parseCases(target.files.map((path) => readFileSync(path, 'utf8')))
  totals.sites += sites.length
  totals.cases += cases.length
  const sound = firstDisagreement(run, cases)
  if (sound !== null) {
    process.stdout.write(`The unchanged code disagrees with case ${sound}: nothing was mutated\n`)
    process.exit(1)
  }
  for (const site of sites) {
    for (const mutant of mutantsOf(site)) {
      select(site.id, mutant)
      const killer = firstDisagreement(run, cases)
      select(null, null)
      const proof = EQUIVALENTS.find(
        ({ file, code, to }) => file === site.file && code === site.code && to === mutant,
      )
      if (proof !== undefined && killer === null) unused.delete(proof)
      const outcome = killer !== null ? 'killed' : proof === undefined ? 'survived' : 'equivalent'
      outcomes[outcome] += 1
      const detail =
        killer !== null ? `by ${killer}` : (proof?.proof ?? 'no recorded answer notices')
      process.stdout.write(`${outcome.padEnd(10)} ${describeSite(site)} → ${mutant}: ${detail}\n`)
    }
  }
}

for (const target of TARGETS) await mutate(target)
for (const { file, code, to } of unused) {
  process.stdout.write(
    `stale      ${file} ${code} → ${to}: listed as equivalent, but killed or gone\n`,
  )
}
const seconds = ((performance.now() - start) / 1000).toFixed(1)
process.stdout.write(
  `${totals.sites} sites, ${outcomes.killed} mutants killed, ${outcomes.equivalent} equivalent by proof, ${outcomes.survived} survived, ${unused.size} stale proofs (${totals.cases} cases, ${seconds} s)\n`,
)
process.exitCode = outcomes.survived > 0 || unused.size > 0 ? 1 : 0
