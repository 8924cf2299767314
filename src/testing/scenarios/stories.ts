/** The stories, told once for every gateway. */
import type { GatewayCapabilities } from '../../gateway.ts'
import type { Scenario, ScenarioStep } from './scenario.ts'

const saved = ({ savedMethods }: GatewayCapabilities) => savedMethods
const changes = ({ savedMethods, operations }: GatewayCapabilities) =>
  savedMethods && operations.change_now !== 'no'

function buys(plan: string, coupon?: string): readonly ScenarioStep[] {
  const command = { command: 'subscribe', plan, ...(coupon !== undefined && { coupon }) } as const
  return [
    { day: 0, do: { command: 'register' } },
    { day: 0, do: command },
    { day: 0, pay: 'succeeds' },
  ]
}

const active = { status: 'active', access: true } as const

/** Ten and more lives of customers. Months have 31 days in them: a story begins in January. */
export const STORIES: readonly Scenario[] = [
  {
    name: 'buys and renews twice',
    steps: [...buys('basic'), { day: 31 }, { day: 60 }],
    end: { ...active, plan: 'basic', taken: [100, 100, 100] },
    needs: saved,
  },
  {
    name: 'is declined on the page and pays with another card',
    steps: [
      { day: 0, do: { command: 'subscribe', plan: 'basic' } },
      { day: 0, pay: { declines: 'insufficient_funds' } },
      { day: 0, pay: 'succeeds' },
      { day: 5 },
    ],
    end: { ...active, plan: 'basic', taken: [100] },
  },
  {
    name: 'tries with a card and stays',
    steps: [...buys('tried'), { day: 10 }, { day: 14 }, { day: 45 }],
    end: { ...active, plan: 'tried', taken: [300, 300] },
    needs: ({ savedMethods, operations }) => savedMethods && operations.trial_upfront !== 'no',
  },
  {
    name: 'fails at the renewal and recovers with another card',
    steps: [
      { day: 0, do: { command: 'subscribe', plan: 'basic' } },
      { day: 0, pay: 'fails_later' },
      { day: 31 },
      { day: 33, do: { command: 'updatePaymentMethod' } },
      { day: 33, pay: 'succeeds' },
      { day: 37 },
    ],
    end: { ...active, plan: 'basic', taken: [100, 100] },
    needs: ({ savedMethods, operations }) =>
      savedMethods && operations.update_payment_method !== 'no',
  },
  {
    name: 'fails at the renewal and never pays',
    steps: [
      { day: 0, do: { command: 'subscribe', plan: 'basic' } },
      { day: 0, pay: 'fails_later' },
      ...[31, 32, 34, 36, 39, 46, 50].map((day) => ({ day })),
    ],
    end: { status: 'canceled', access: false, plan: null, taken: [100] },
    needs: saved,
  },
  {
    name: 'upgrades in the middle and renews',
    steps: [...buys('basic'), { day: 10, do: { command: 'changePlan', plan: 'pro' } }, { day: 31 }],
    end: { ...active, plan: 'pro', taken: [100, 68, 200] },
    needs: changes,
  },
  {
    name: 'downgrades at the end of the period',
    steps: [
      ...buys('pro'),
      { day: 10, do: { command: 'changePlan', plan: 'basic' } },
      { day: 11 },
      { day: 31 },
    ],
    end: { ...active, plan: 'basic', taken: [200, 100] },
    needs: ({ savedMethods, operations }) => savedMethods && operations.change_scheduled !== 'no',
  },
  {
    name: 'cancels and leaves at the end of what is paid',
    steps: [...buys('basic'), { day: 10, do: { command: 'cancel' } }, { day: 31 }, { day: 62 }],
    end: { status: 'canceled', access: false, plan: null, taken: [100] },
  },
  {
    name: 'cancels, comes back and renews',
    steps: [
      ...buys('basic'),
      { day: 10, do: { command: 'cancel' } },
      { day: 12, do: { command: 'resume' } },
      { day: 31 },
    ],
    end: { ...active, plan: 'basic', taken: [100, 100] },
    needs: saved,
  },
  {
    name: 'is canceling and still has access',
    steps: [...buys('basic'), { day: 10, do: { command: 'cancel' } }, { day: 30 }],
    end: { ...active, plan: 'basic', ending: true, taken: [100] },
  },
  {
    name: 'gets a part of the money back',
    steps: [...buys('basic'), { day: 3, do: { command: 'refund', amount: 40 } }, { day: 4 }],
    end: { ...active, plan: 'basic', taken: [100], refunded: 40 },
    needs: ({ refunds }) => refunds === 'partial',
  },
  {
    name: 'pays less with a coupon, and the whole price afterwards',
    steps: [...buys('basic', 'HALF'), { day: 31 }],
    end: { ...active, plan: 'basic', taken: [50, 100] },
    needs: ({ savedMethods, operations }) => savedMethods && operations.coupons !== 'no',
  },
  {
    name: 'pays every month by link with a wallet',
    steps: [
      { day: 0, do: { command: 'subscribe', plan: 'basic' } },
      { day: 0, pay: 'wallet' },
      { day: 31 },
      { day: 32, pay: 'wallet' },
      { day: 33 },
    ],
    end: { ...active, plan: 'basic', taken: [100, 100] },
    clocks: ['billwright'],
    needs: ({ paymentLinks }) => paymentLinks,
  },
]
