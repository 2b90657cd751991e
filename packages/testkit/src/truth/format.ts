import type { TruthLeaf } from './compare.js'
import type { TruthReport, TruthResult } from './run.js'

const MARK: Readonly<Record<TruthResult['status'], string>> = {
  pass: 'ok',
  miss: 'MISS',
  error: 'ERROR',
  uncovered: 'uncovered',
}

function leafLine(leaf: TruthLeaf): string {
  const residual = leaf.residual === null ? '' : ` residual ${leaf.residual}`
  const limit = leaf.limit === 'exact' ? 'exact' : `within ${leaf.limit}`
  return `    ${leaf.ok ? 'ok  ' : 'MISS'} ${leaf.path || '(value)'}: expected ${leaf.expected} got ${leaf.got}${residual} (${limit})`
}

/** Options of {@link formatTruthReport}. */
export type FormatTruthOptions = {
  /** Leave out the leaves that agree. Default: false. */
  readonly quiet?: boolean
}

/** A report as lines of plain text: per case its leaves with expected, got and residual; then totals. */
export function formatTruthReport(
  report: TruthReport,
  options: FormatTruthOptions = {},
): readonly string[] {
  const lines: string[] = []
  for (const result of report.results) {
    const model = result.model === null ? '' : ` [${result.model}]`
    const agreeing = result.leaves.filter((leaf) => leaf.ok).length
    const tail = result.reason ?? `${agreeing} of ${result.leaves.length} agree`
    lines.push(`${MARK[result.status]} ${result.file} ${result.id}${model}: ${tail}`)
    const shown = options.quiet === true ? result.leaves.filter((leaf) => !leaf.ok) : result.leaves
    lines.push(...shown.map(leafLine))
  }
  lines.push(
    `${report.passed} cases agree, ${report.missed} miss, ${report.uncovered} not covered: ${report.ok ? 'PASS' : 'FAIL'}`,
  )
  return lines
}
