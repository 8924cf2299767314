/** What an operator does with webhooks that could not be applied, and effects that wait for a person. */
import type { PageOptions, Received } from './bill-views.ts'
import type { DeliveryState, EffectState, Page } from './storage.ts'

export interface Operations {
  deliveries(
    state: DeliveryState,
    page?: PageOptions,
  ): Promise<Page<{ readonly gateway: string; readonly id: string; readonly error: string | null }>>
  /** Tries parked or dead deliveries again now. */
  replay(delivery: { readonly gateway: string; readonly id: string }): Promise<Received>
  /** Gives up a parked or dead delivery: it is not tried again, nor taken when it comes again. */
  dropDelivery(delivery: { readonly gateway: string; readonly id: string }): Promise<void>
  effects(
    state: EffectState,
    page?: PageOptions,
  ): Promise<Page<{ readonly key: string; readonly account: string; readonly error: unknown }>>
  /** A parked effect is tried once more, or given up. */
  retryEffect(key: string): Promise<void>
  dropEffect(key: string): Promise<void>
}
