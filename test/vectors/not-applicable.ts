/**
 * Vectors that billwright does not reproduce, and why. Rows of peers.json are named by table and
 * position. The only place for reasons: a row without one must pass, a row with one must not.
 */
const ARREARS = 'Arrears billing is not offered: every period is paid in advance'
const GATEWAY = "What a gateway takes and pays out is the second table, the adapter's own"
const HALF_EVEN = 'One rounding only: half away from zero'
const FIXED_DAYS =
  'Kill Bill takes the days over 30 off when a change crosses a month end; `day30` is min(days left, 30) / 30'
const ZUORA = "Zuora's 30/360 and actual-month policies are not offered"
const CHANGE_DAY = 'Samsung counts the day of the change as used; here it belongs to the new plan'
const SHORT_INTERVAL = 'Billing periods shorter than a day are not offered'
const LONGER_INTERVAL =
  'A longer interval is an upgrade by itself only within one plan; between plans rank or the annualized price decides'
const SAME_PRICE = "Two free prices are `same`; which plan they belong to is the caller's to know"
const METERED_PRICE = 'Prices per unit of use are not offered'
const CHECKOUT_LINES =
  "Checkout totals are sums of lines and gateway minimums are the adapter's: no proration in them"
const FUTURE_START = 'A subscription starts when it is bought; a start in the future is not offered'
const BACKDATED = 'A cancellation is never dated back'
const YEAR_AFTER_PAUSE =
  'A pause keeps the anchor, so resuming bills the rest of the running year; Kill Bill starts a year at the next billing day (the credit agrees: lifecycle.test.ts)'
const TAXES = 'Taxes and part payments are not computed; Lago also counts the last day as used'
const NEW_ANCHOR = 'A new purchase has its own anchor: nothing is billed for the time before it'
const DECLINED_CHECKOUT =
  'A declined checkout stays open until it expires; its credit and coupon come back then, and there is no wallet'
const UNGATED_DOWNGRADE =
  'A downgrade is not gated: at the boundary the lower plan applies and its invoice is dunned'
const ONLY_RESUME_RESUMES = 'While ending a change is refused; only `resume` resumes'
const OUTBOX = 'Retries of a gateway that cannot be reached belong to the outbox, not to the rules'
const TRIAL_OVER_END = 'Ended is ended: no trial goes on after it (Cashier lets it; Pay fixed that)'
const TRIAL_PAST_DUE = 'Nothing is due before a trial ends, so it cannot be past due'
const ONE_PLAN = 'A subscription has its one plan; there are no price items to remove'
const SNAPSHOT = "What a vendor's snapshot means is its adapter's translation"
const TRIAL_CLOCK = 'A change in a trial keeps its clock: days count from the first start'
const TRIAL_AFTER_PAYING =
  'A trial is for who does not pay yet; a paying customer changes without one'
const IMMEDIATE_IN_TRIAL = 'In a trial a change is immediate, down as well as up'
const TRIAL_ONCE = 'A used trial is never freed; an operator extends a running one'
const DEFAULT_STAYS =
  'The default plan cannot be canceled: it is where everyone without a paid one is'
const ONE_CANCEL_MODE =
  'What canceling now gives back is one policy: there are no two modes to exclude'
const FEWER_WAIT = 'Fewer units count from the next period; nothing is given back'
const LINKING = "Finding the vendor's customer is the adapter's; the core keeps the id it is told"
const AUTHORIZATION = 'Who may act for whom, metadata and return URLs are checked on the routes'
const OVERAGE = 'Use beyond a limit is refused; prices per unit of use are not offered'
const CONCURRENCY = "Two requests at one moment are the storage's version check"
const FRACTION_DIGITS = 'Money always shows the digits of its currency'
const MIXED_STYLE =
  'Symbol and comma follow one locale: `€15.39` in English, `15,39 €` in French, never a mixture'
const AUTHORIZE_CAPTURE = 'A payment is taken whole: nothing is authorized first and captured later'

function because(reason: string, ids: string): Record<string, string> {
  return Object.fromEntries(ids.split(/\s+/).map((id) => [id, reason]))
}

function rows(table: string, positions: readonly number[]): string {
  return positions.map((position) => `${table}#${position}`).join(' ')
}

export const notApplicable: Readonly<Record<string, string>> = {
  ...because(
    ARREARS,
    `D0074 D0075 D0076 D0078 D0082 D0084 D0088 D0090 D0105 D0106 D0109 D0112 D0114 D0115
     D0116 D0117 D0118`,
  ),
  ...because(GATEWAY, 'M073 M077 M079 M081 M082 M083 M084 M086 M087 M088 M089 M091 M095'),
  ...because(HALF_EVEN, 'M097 M107 P0342'),
  ...because(FIXED_DAYS, 'P0156 P0157 P0159 P0164 P0357 P0363'),
  ...because(ZUORA, 'P0169 P0170 P0173 P0174 P0175 P0176 P0177 P0178 P0179 P0325 P0326'),
  ...because(CHANGE_DAY, 'P0322'),
  ...because(
    SHORT_INTERVAL,
    `cycle_math#3 cycle_math#23 cycle_math#24 cycle_math#25 cycle_math#26 cycle_math#27
     cycle_math#28 cycle_math#29 cycle_math#30 cycle_math#31`,
  ),
  ...because(LONGER_INTERVAL, 'plan_change_classification#4'),
  ...because(SAME_PRICE, 'plan_change_classification#8'),
  ...because(
    METERED_PRICE,
    `plan_change_classification#9 plan_change_classification#10 plan_change_classification#11`,
  ),
  ...because(CHECKOUT_LINES, 'proration_money#2 proration_money#3 proration_money#4'),
  ...because(BACKDATED, 'L010'),
  ...because(FUTURE_START, 'L013 L032'),
  ...because(YEAR_AFTER_PAUSE, 'L020'),
  ...because(TAXES, 'L033 L034'),
  ...because(ARREARS, 'L035 L036'),
  ...because(NEW_ANCHOR, 'L038'),
  ...because(DECLINED_CHECKOUT, 'L043'),
  ...because(UNGATED_DOWNGRADE, 'L049'),
  ...because(ONLY_RESUME_RESUMES, 'L061'),
  ...because(OUTBOX, 'U011'),
  ...because(TRIAL_OVER_END, 'subscription_predicates_cashier#2'),
  ...because(TRIAL_PAST_DUE, 'subscription_predicates_cashier#3'),
  ...because(ONE_PLAN, 'cancel_resume_walk#10'),
  ...because(SNAPSHOT, rows('stripe_snapshot_to_fields', [0, 1, 2, 3, 4, 5])),
  ...because(TRIAL_CLOCK, 'trial_scenarios_autumn#0'),
  ...because(TRIAL_AFTER_PAYING, 'trial_scenarios_autumn#2'),
  ...because(IMMEDIATE_IN_TRIAL, 'trial_scenarios_autumn#3'),
  ...because(TRIAL_ONCE, 'trial_scenarios_autumn#4'),
  ...because(DEFAULT_STAYS, 'cancel_scenarios_autumn#4'),
  ...because(ONE_CANCEL_MODE, 'cancel_scenarios_autumn#7'),
  ...because(FEWER_WAIT, 'quantity_scenarios_autumn#2'),
  ...because(LINKING, rows('customer_linking', [0, 1, 2, 3, 4, 5, 7, 8])),
  ...because(
    AUTHORIZATION,
    rows('reference_authorization', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
  ),
  ...because(OVERAGE, 'entitlements#2 entitlements#6'),
  ...because(CONCURRENCY, 'entitlements#8'),
  ...because(FRACTION_DIGITS, 'currency_display#1 currency_display#2'),
  ...because(MIXED_STYLE, 'currency_display#6'),
  ...because(AUTHORIZE_CAPTURE, rows('one_off_payment_limits', [0, 1, 2, 3])),
}
