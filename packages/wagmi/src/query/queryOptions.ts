import { InvalidIdError } from '@plimsoll/model'

/** What a query function is given; TanStack Query's context fits. */
export type QueryContext = { readonly signal: AbortSignal }

/** Query options as TanStack Query takes them, whatever the framework; `query` passes through. */
export type QueryOptions<Data, Key extends readonly unknown[], Query extends object> = Query & {
  readonly queryKey: Key
  readonly queryFn: (context: QueryContext) => Promise<Data>
  readonly enabled: boolean
}

/** Options beside an action's parameters. */
export type QueryParameter<Query extends object> = {
  /** Options of TanStack Query: `staleTime`, `refetchInterval`, `select`, … */
  readonly query?: Query & { readonly enabled?: boolean }
  /** Keeps apart what is otherwise the same query. */
  readonly scopeKey?: string
}

/**
 * The query options of an action on owners; without owners the query is disabled, and fails with
 * advice if it runs nevertheless.
 */
export function ownersQuery<
  Owners extends readonly unknown[],
  Data,
  Key extends readonly unknown[],
  Query extends object,
>(
  { owners, query }: { readonly owners?: Owners | undefined } & QueryParameter<Query>,
  queryKey: Key,
  act: (owners: Owners, signal: AbortSignal) => Promise<Data>,
): QueryOptions<Data, Key, Query> {
  const rest = (query ?? {}) as Query
  return {
    ...rest,
    enabled: owners !== undefined && owners.length > 0 && (query?.enabled ?? true),
    queryFn: async ({ signal }) => {
      if (owners === undefined || owners.length === 0) {
        throw new InvalidIdError('No owner was given. Pass owners once a wallet is connected.')
      }
      return act(owners, signal)
    },
    queryKey,
  }
}
