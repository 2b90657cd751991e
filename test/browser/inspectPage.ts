import type { BrowserCommand } from 'vitest/node'

/** How a page is looked at. */
export type Look = { readonly scheme: 'light' | 'dark'; readonly width: number }

/** What a browser makes of a page. */
export type Inspection = {
  /** Errors and warnings of its console, violations of its policy included. */
  readonly console: readonly string[]
  /** Addresses that were asked for beside the page itself. */
  readonly requests: readonly string[]
  readonly title: string
  /** Rules of axe-core that are broken, with the elements that break them. */
  readonly violations: readonly string[]
  /** Charts with a size, and how many of them have a table with rows in their figure. */
  readonly charts: number
  readonly chartsWithTable: number
  /** Tables that are seen when the page is printed, and all there are. */
  readonly printedTables: number
  readonly tables: number
  /** How much wider than the window the page is, pixels. */
  readonly overflow: number
  /** What the first tab reaches. */
  readonly firstFocus: string
  /** Background of the page, as computed. */
  readonly background: string
}

type Looked = Pick<
  Inspection,
  'title' | 'charts' | 'chartsWithTable' | 'tables' | 'overflow' | 'background'
>

const ADDRESS = 'http://report.test/'

const LOOKED_AT = `(() => {
  const seen = (element) => element.getClientRects().length > 0
  const charts = [...document.querySelectorAll('[role=img]')].filter((chart) =>
    [...chart.querySelectorAll('svg')].filter(seen).length === 1)
  return {
    title: document.title,
    charts: charts.length,
    chartsWithTable: charts.filter((chart) =>
      chart.closest('figure').querySelectorAll('tbody tr').length > 0).length,
    tables: document.querySelectorAll('table').length,
    overflow: document.documentElement.scrollWidth - innerWidth,
    background: getComputedStyle(document.body).backgroundColor,
  }
})()`

const VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`

/** Once the styles of print are applied: closed parts are printed too. */
const PRINTED = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
  resolve([...document.querySelectorAll('table')].filter((each) => each.checkVisibility()).length))))`

/** Opens a page in a tab of its own, served from an address at which there is nothing else. */
export const inspectPage: BrowserCommand<[html: string, look: Look]> = async (
  { context },
  html,
  { scheme, width },
): Promise<Inspection> => {
  const page = await context.newPage()
  const messages: string[] = []
  const requests: string[] = []
  try {
    page.on('console', (message) => messages.push(message.text()))
    page.on('pageerror', (error) => messages.push(error.message))
    await page.route('**/*', async (route) => {
      const url = route.request().url()
      if (url === ADDRESS) return route.fulfill({ contentType: 'text/html', body: html })
      requests.push(url)
      return route.abort()
    })
    await page.emulateMedia({ colorScheme: scheme })
    await page.setViewportSize({ width, height: 900 })
    await page.goto(ADDRESS)
    await page.keyboard.press('Tab')
    const firstFocus = String(await page.evaluate('document.activeElement.textContent'))
    const looked = await page.evaluate<Looked>(LOOKED_AT)
    await page.evaluate(
      'document.querySelectorAll("details").forEach((each) => (each.open = true))',
    )
    // Loaded here: it cannot be where only the configuration of the tests is read.
    const { default: axe } = await import('axe-core')
    await page.evaluate(axe.source)
    const violations = await page.evaluate<readonly string[]>(VIOLATIONS)
    await page.evaluate(
      'document.querySelectorAll("details").forEach((each) => (each.open = false))',
    )
    await page.emulateMedia({ media: 'print' })
    const printedTables = await page.evaluate<number>(PRINTED)
    return {
      ...looked,
      console: messages,
      requests,
      violations,
      firstFocus,
      printedTables,
    }
  } finally {
    await page.close()
  }
}
