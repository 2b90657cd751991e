import type { PortfolioRisk } from '@plimsoll/model'
import { factorName } from '../../render/names.js'
import { money, share } from '../../render/numbers.js'
import { facts, missing, outside, section, table } from '../elements.js'
import type { Markup } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** Net exposure by factor, and the parts of the margin that one account for everything would need. */
export function exposureSection({ report }: PageView): Markup {
  const rows = [...report.netDeltas].sort(
    (a, b) => Math.abs(b.net) - Math.abs(a.net) || (a.factor < b.factor ? -1 : 1),
  )
  return section(
    'exposure',
    'Exposure and unified margin',
    html`${
      rows.length === 0
        ? missing('Nothing moves with any factor.')
        : table({
            caption: `Net exposure, ${report.numeraire} per +100 % of the factor`,
            columns: [
              { head: 'Factor' },
              { head: 'Net', align: 'right' },
              { head: 'Gross', align: 'right' },
            ],
            rows: rows.map(({ factor, net, gross }) => [
              outside(factorName(factor)),
              money(net),
              money(gross),
            ]),
          })
    }
${report.risk === null ? missing('No unified margin: the report has no market state.') : unifiedParts(report.risk)}`,
  )
}

function unifiedParts({ unified }: PortfolioRisk): Markup {
  const { maintenance, initial, excess, spot, peg, addOn, underlyings, flags } = unified
  return html`${facts([
    ['Unified maintenance', money(maintenance)],
    ['Initial', money(initial)],
    ['Excess', money(excess)],
    ['Of it spot and volatility', money(spot)],
    ['Pegs', money(peg)],
    ['Concentration and liquidity', money(addOn)],
  ])}
${
  underlyings.length === 0
    ? null
    : table({
        caption: 'Unified margin by underlying',
        columns: [
          { head: 'Underlying' },
          { head: 'Volatility a year', align: 'right' },
          { head: 'Worst side' },
          { head: 'Loss alone', align: 'right' },
          { head: 'Part of the margin', align: 'right' },
        ],
        rows: underlyings.map(({ factor, volatility, direction, loss, component }) => [
          outside(factorName(factor)),
          share(volatility),
          `a ${direction}`,
          money(loss),
          money(component),
        ]),
      })
}
${flags.length === 0 ? null : html`<ul>${flags.map(({ severity, message }) => html`<li>${severity}: ${outside(message)}</li>\n`)}</ul>`}`
}
