// `node --import ./scripts/register.ts scripts/fences.ts [root]`: the architecture's rules as a lint.
import { checkFences } from './fences/index.js'

const findings = checkFences(process.argv[2] ?? '.')
for (const { rule, path, line, message } of findings) {
  process.stdout.write(`${path}:${line} [${rule}] ${message}\n`)
}
process.stdout.write(
  `${findings.length === 0 ? 'No fence is broken' : `${findings.length} fences broken`}\n`,
)
process.exitCode = findings.length === 0 ? 0 : 1
