import { describe, expect, inject, it } from 'vitest'
import { commands } from 'vitest/browser'
import type { Inspection, Look } from './inspectPage.js'

declare module 'vitest/browser' {
  interface BrowserCommands {
    inspectPage: (html: string, look: Look) => Promise<Inspection>
  }
}

const { pages } = inject('fromNode')
const WIDE: Look = { scheme: 'light', width: 1280 }
const NARROW: Look = { scheme: 'dark', width: 390 }

describe('the page of a report', () => {
  it.each([
    ['hedged', WIDE],
    ['hedged', NARROW],
    ['hostile', NARROW],
  ] as const)('of what is %s is sound in %o', async (name, look) => {
    const found = await commands.inspectPage(pages[name] ?? '', look)
    expect(found).toMatchObject({
      console: [],
      requests: [],
      violations: [],
      overflow: 0,
      firstFocus: 'Skip to the report',
      background: look.scheme === 'light' ? 'rgb(238, 242, 245)' : 'rgb(13, 21, 29)',
    })
    expect(found.title).toMatch(/^Plimsoll: margin report, \d{4}-/)
    expect(found.charts).toBeGreaterThan(0)
    expect(found.chartsWithTable).toBe(found.charts)
    expect(found.printedTables).toBe(found.tables)
  })
})
