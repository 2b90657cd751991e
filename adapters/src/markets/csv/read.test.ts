import { factorId } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvHistoryError, historyFromCsv } from './index.js'

const factor = factorId('spot:ETH')
const read = (text: string, of = factor) => historyFromCsv(text, { factor: of, source: 'test' })
const day = (index: number) => new Date(Date.UTC(2024, 0, 1 + index)).toISOString().slice(0, 10)

describe('historyFromCsv', () => {
  it('reads a close a day, at the end of its day', () => {
    expect(read('date,close\n2024-02-28,3500\n2024-02-29,3400.5\n2024-03-01,3e3\n')).toEqual({
      factor: 'spot:ETH',
      intervalMs: 86_400_000,
      toMs: Date.UTC(2024, 2, 2),
      prices: [3500, 3400.5, 3000],
      provenance: {
        source: 'test',
        asOfMs: Date.UTC(2024, 2, 2),
        observed: { fromMs: Date.UTC(2024, 1, 29), toMs: Date.UTC(2024, 2, 2) },
      },
    })
  })

  it('finds its columns among others, whatever ends the lines', () => {
    const text = '\uFEFFOpen, Close,Date\r\n1, 3500,2024-02-28\r\n1,3400,2024-02-29'
    expect(read(text).prices).toEqual([3500, 3400])
    expect(read('date,close\n2024-01-01,1\n2024-01-02,0.9', factorId('peg:USDC/USD')).factor).toBe(
      'peg:USDC/USD',
    )
  })

  it.each([
    ['an empty text', '', /Line 1 names no column "date"/],
    ['no column of closes', 'date,price\n', /Line 1 names no column "close"/],
    ['two columns of closes', 'date,close,close\n', /Line 1 names more than one/],
    ['no closes', 'date,close\n', /There are 0 closes/],
    ['one close', 'date,close\n2024-01-01,1', /There are 1 closes/],
    ['a gap', 'date,close\n2024-01-01,1\n2024-01-02,1\n2024-01-04,1', /Line 4 is 2 days after/],
    ['a duplicate', 'date,close\n2024-01-01,1\n2024-01-01,1', /Line 3 is of the same day/],
    ['another order', 'date,close\n2024-01-02,1\n2024-01-01,1', /Line 3 is older/],
    ['a day that is none', 'date,close\n2023-02-29,1\n2023-03-01,1', /Line 2 has the date/],
    ['another form of date', 'date,close\n01/02/2024,1', /Line 2 has the date "01\/02\/2024"/],
    ['an empty line', 'date,close\n2024-01-01,1\n\n2024-01-02,1', /Line 3 has the date ""/],
    ['no number', 'date,close\n2024-01-01,n/a', /Line 2 has the close "n\/a"/],
    ['a cell too few', 'date,close\n2024-01-01', /Line 2 has the close ""/],
    ['a close of 0', 'date,close\n2024-01-01,0', /Line 2 has the close "0"/],
    ['a close below 0', 'date,close\n2024-01-01,-1', /Line 2 has the close "-1"/],
    ['a close without bound', 'date,close\n2024-01-01,1e999', /Line 2 has the close "1e999"/],
    ['a cell in quotes', 'date,close\n"2024-01-01",1', /Line 2 has the date/],
  ])('refuses %s, and names the line', (_what, text, message) => {
    expect(() => read(text)).toThrow(CsvHistoryError)
    expect(() => read(text)).toThrow(message)
  })

  it('refuses a factor that has no closes', () => {
    expect(() => read('date,close\n', factorId('iv:ETH'))).toThrow(CsvHistoryError)
  })

  it('gives every close back, and never fewer lines than there are', () => {
    const price = fc.double({ min: 1e-6, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(fc.array(price, { minLength: 2, maxLength: 50 }), fc.nat(), (prices, at) => {
        const lines = prices.map((close, index) => `${day(index)},${close}`)
        expect(read(['date,close', ...lines].join('\n')).prices).toEqual(prices)
        const hole = 1 + (at % Math.max(1, prices.length - 2))
        if (prices.length < 3) return
        const rest = lines.filter((_, index) => index !== hole)
        expect(() => read(['date,close', ...rest].join('\n'))).toThrow(CsvHistoryError)
      }),
    )
  })
})
