import {
  CallRevertedError,
  ConnectionError,
  HttpStatusError,
  NotJsonError,
  RateLimitError,
  TimeoutError,
} from '@plimsoll/client'
import type { Corruption } from './corruption.js'

const HTML = '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>'

/** The ways in which a contract call can fail to be answered. */
export function callFailures(): readonly Corruption[] {
  return [
    ...dropped(),
    {
      kind: 'reverted',
      what: 'the contract reverts',
      pattern: 'reverted',
      answer: {
        ok: false,
        error: new CallRevertedError('The contract reverted. The conformance suite made it so.'),
      },
    },
    ...html(),
  ]
}

/** The ways in which an HTTP or GraphQL request can fail to be answered. */
export function httpFailures(): readonly Corruption[] {
  return [
    ...dropped(),
    {
      kind: 'dropped',
      what: 'HTTP 429',
      pattern: 'HTTP 429',
      answer: {
        ok: false,
        error: new RateLimitError('HTTP 429. The conformance suite made it so.'),
      },
    },
    {
      kind: 'reverted',
      what: 'HTTP 500',
      pattern: 'HTTP 500',
      answer: {
        ok: false,
        error: new HttpStatusError('HTTP 500. The conformance suite made it so.', 500),
      },
    },
    ...html(),
    {
      kind: 'html',
      what: 'an HTML page as text',
      pattern: 'html text',
      answer: { ok: true, raw: HTML },
    },
  ]
}

function dropped(): readonly Corruption[] {
  return [
    {
      kind: 'dropped',
      what: 'no connection',
      pattern: 'no connection',
      answer: {
        ok: false,
        error: new ConnectionError('No connection. The conformance suite made it so.'),
      },
    },
    {
      kind: 'dropped',
      what: 'timeout',
      pattern: 'timeout',
      answer: { ok: false, error: new TimeoutError('Timeout. The conformance suite made it so.') },
    },
  ]
}

function html(): readonly Corruption[] {
  return [
    {
      kind: 'html',
      what: 'an HTML page',
      pattern: 'html',
      answer: {
        ok: false,
        error: new NotJsonError('An HTML page. The conformance suite made it so.', {
          details: HTML,
        }),
      },
    },
  ]
}
