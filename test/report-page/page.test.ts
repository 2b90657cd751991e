import { createHash } from 'node:crypto'
import { renderPage } from 'plimsoll'
import { beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE, VIEWS } from './worlds.js'

describe('the page of a report', () => {
  const pages = new Map<string, string>()
  const pageOf = (name: string) => (pages.get(name) ?? '').replaceAll('\u00a0', ' ')

  beforeAll(async () => {
    for (const [name, view] of Object.entries(VIEWS)) pages.set(name, await renderPage(view))
  })

  it('is the same text for the same view', async () => {
    const { hedged } = VIEWS
    if (hedged === undefined) expect.fail('no view')
    expect(await renderPage(hedged)).toBe(pages.get('hedged'))
  })

  it.each(Object.keys(VIEWS))('allows and holds nothing from elsewhere: %s', (name) => {
    const page = pageOf(name)
    expect(page).not.toMatch(/<script|<img|<iframe|<object|<embed|<form|javascript:| on\w+="/)
    expect(page).not.toMatch(/(src|href)="(?!#|data:)/)
    expect(page).not.toMatch(/url\(|@import/)
    expect(page).not.toMatch(/ style="/)
    expect(page).not.toMatch(/undefined|NaN|\[object|Infinity/)
    const [, sheet = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? []
    const hash = createHash('sha256').update(sheet).digest('base64')
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`)
  })

  it.each(Object.keys(VIEWS))('has a table with every chart, and words for it: %s', (name) => {
    const figures = pageOf(name).match(/<figure[\s\S]*?<\/figure>/g) ?? []
    for (const figure of figures) {
      expect(figure).toMatch(/role="img" aria-label="[^"]{20,}"/)
      expect(figure).toContain('<table>')
    }
    const charts = { marketless: 2, empty: 2, unpriced: 4 }[name]
    if (charts !== undefined) expect(figures).toHaveLength(charts)
  })

  it.each(Object.keys(VIEWS))('has ids of its own for everything: %s', (name) => {
    const ids = [...pageOf(name).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(ids).toEqual([...new Set(ids)])
    for (const [, id] of pageOf(name).matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(id)
  })

  it('shows score, band, binding account and what liquidates it', () => {
    const page = pageOf('hedged')
    expect(page).toMatch(/Score \d+ of 100: <strong>\w+ loaded|overloaded<\/strong>/)
    expect(page).toMatch(/Load-line dial: score \d+ of 100, /)
    expect(page).toMatch(/Binding account: <bdi>Toy toy\/1\/\w+<\/bdi>/)
    expect(page).toMatch(/What liquidates it: <bdi>ETH/)
  })

  it('shows siloed against netted, and a heat map of each underlying beside that of all', () => {
    const page = pageOf('hedged')
    expect(page).toContain('Netting no venue grants')
    for (const name of ['All underlyings together', 'ETH alone', 'BTC alone']) {
      expect(page).toContain(`${name}: spot × implied volatility`)
    }
    expect(page).toContain('No option is held on it: volatility moves nothing')
  })

  it('compares what is lent, in words', () => {
    expect(pageOf('hedged')).toMatch(
      /<bdi>WBTC<\/bdi> in <bdi>Toy toy\/1\/loan<\/bdi>: the venue lends 93\.0 % where we would lend only \d\d\.\d %/,
    )
  })

  it('bounds a score that is not known, says why, and tells no band of it', () => {
    const page = pageOf('unread')
    expect(page).toMatch(/Score <strong>not known<\/strong>, at most \d+ of 100/)
    expect(page).toContain('bank on chain 1: TimeoutError')
    expect(page).not.toMatch(/Score \d+ of 100/)
  })

  it.each([
    ['marketless', 'the report was made without a market state'],
    ['unpriced', 'a leg that may be owed has no price'],
    ['unpriced', 'ETH alone: not known, since a leg that may be owed has no price.'],
    ['empty', 'No accounts were found'],
    ['empty', 'No collateral is held.'],
    ['empty', 'No venue asks for anything.'],
    ['empty', 'Nothing that is held moves with any underlying.'],
  ])('says of what is missing why: %s', (name, why) => {
    expect(pageOf(name)).toContain(why)
  })

  it('shows hostile text as text', () => {
    const page = pageOf('hostile')
    expect(page).toContain('&lt;script&gt;document.title=&quot;owned&quot;&lt;/script&gt;')
    expect(page).not.toContain('\u202e')
    expect(page).not.toContain(HOSTILE)
  })

  it('carries the hash of the report and the version', () => {
    expect(pageOf('hedged')).toMatch(/0x[0-9a-f]{64}/)
    expect(pageOf('hedged')).toContain('plimsoll 1.2.3')
  })
})
