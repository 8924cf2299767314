/**
 * The fields that Stripe always shows and that this emulator leaves empty, by object. Clients written
 * in other languages fail on an object that lacks them; the vendor's own schema is the judge.
 */

type Fields = Readonly<Record<string, unknown>>

/** Fields that are `null`, by their names. */
export function nothing(names: string): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, null]))
}

export const CUSTOMER: Fields = {
  object: 'customer',
  ...nothing('address currency default_source description discount phone shipping test_clock'),
  ...{ delinquent: false, livemode: false, preferred_locales: [], tax_exempt: 'none' },
}

export const PRODUCT: Fields = {
  object: 'product',
  ...nothing('default_price description package_dimensions shippable statement_descriptor'),
  ...nothing('tax_code tax_details unit_label url'),
  ...{ images: [], livemode: false, marketing_features: [], type: 'service' },
}

export const PRICE: Fields = {
  ...{ object: 'price', billing_scheme: 'per_unit', livemode: false },
  ...nothing('custom_unit_amount nickname tax_behavior tiers_mode transform_quantity'),
  type: 'recurring',
}

export const PLAN: Fields = {
  ...{ object: 'plan', active: true, billing_scheme: 'per_unit', livemode: false, metadata: {} },
  ...nothing('meter nickname tiers_mode transform_usage trial_period_days'),
  usage_type: 'licensed',
}

export const COUPON: Fields = {
  ...{ object: 'coupon', livemode: false, metadata: {}, times_redeemed: 0, valid: true },
  ...nothing('max_redemptions redeem_by'),
}

export const METHOD: Fields = {
  object: 'payment_method',
  allow_redisplay: 'always',
  billing_details: nothing('address email name phone tax_id'),
  ...{ customer_account: null, livemode: false, metadata: {} },
}

export const CARD: Fields = {
  checks: nothing('address_line1_check address_postal_code_check cvc_check'),
  ...{ country: 'US', display_brand: 'visa', exp_month: 12, exp_year: 2034, funding: 'credit' },
  ...nothing('generated_from networks regulated_status three_d_secure_usage wallet'),
}

export const SESSION: Fields = {
  object: 'checkout.session',
  adaptive_pricing: { enabled: false },
  ...nothing('after_expiration allow_promotion_codes allowed_payment_method_types'),
  automatic_tax: { enabled: false, ...nothing('liability provider status') },
  ...nothing('billing_address_collection client_secret collected_information consent'),
  ...nothing('consent_collection currency_conversion customer_account customer_creation'),
  custom_fields: [],
  custom_text: nothing('after_submit shipping_address submit terms_of_service_acceptance'),
  ...nothing('customer_email discounts integration_identifier invoice_creation locale'),
  ...nothing('managed_payments origin_context payment_link payment_method_collection'),
  ...nothing('payment_method_configuration_details payment_method_options permissions'),
  ...{ livemode: false, payment_method_types: ['card'], shipping_options: [] },
  ...nothing('recovered_from saved_payment_method_options shipping_address_collection'),
  ...nothing('shipping_cost submit_type total_details wallet_options'),
  ui_mode: 'hosted_page',
}

export const PORTAL: Fields = {
  ...{ object: 'billing_portal.session', configuration: 'bpc_1', livemode: false },
  ...nothing('customer_account flow locale on_behalf_of'),
}

export const INTENT: Fields = {
  object: 'payment_intent',
  ...nothing('allowed_payment_method_types application application_fee_amount'),
  ...nothing('automatic_payment_methods canceled_at cancellation_reason customer_account'),
  ...{ amount_capturable: 0, capture_method: 'automatic_async', confirmation_method: 'automatic' },
  ...nothing('excluded_payment_method_types managed_payments on_behalf_of'),
  ...nothing('payment_method_configuration_details payment_method_options payment_record'),
  ...{ livemode: false, payment_method_types: ['card'] },
  ...nothing('processing receipt_email review shipping source statement_descriptor'),
  ...nothing('statement_descriptor_suffix transfer_group'),
}

export const CHARGE: Fields = {
  object: 'charge',
  ...nothing('application application_fee application_fee_amount balance_transaction'),
  billing_details: nothing('address email name phone tax_id'),
  ...nothing('calculated_statement_descriptor description failure_balance_transaction'),
  ...nothing('fraud_details on_behalf_of outcome payment_method_details receipt_email'),
  ...nothing('receipt_number review shipping source source_transfer'),
  ...nothing('statement_descriptor statement_descriptor_suffix transfer_data transfer_group'),
  ...{ livemode: false, metadata: {} },
}

export const SETUP: Fields = {
  object: 'setup_intent',
  ...nothing('allowed_payment_method_types application automatic_payment_methods'),
  ...nothing('cancellation_reason client_secret customer_account description'),
  ...nothing('excluded_payment_method_types last_setup_error managed_payments mandate'),
  ...nothing('next_action on_behalf_of payment_method_configuration_details'),
  ...nothing('payment_method_options single_use_mandate'),
  ...{ livemode: false, payment_method_types: ['card'], status: 'succeeded', usage: 'off_session' },
}

export const ATTEMPT: Fields = {
  ...{ object: 'setup_attempt', livemode: false },
  ...nothing('application customer_account flow_directions'),
  ...{ on_behalf_of: null, setup_error: null, status: 'succeeded', usage: 'off_session' },
  payment_method_details: {
    type: 'card',
    card: {
      ...nothing('brand checks country exp_month exp_year funding last4 network'),
      ...nothing('three_d_secure wallet'),
    },
  },
}

export const REFUND: Fields = {
  ...{ object: 'refund', status: 'succeeded' },
  ...nothing('balance_transaction customer_account receipt_number'),
  ...nothing('source_transfer_reversal transfer_reversal'),
}

export const DISPUTE: Fields = {
  ...{ object: 'dispute', balance_transactions: [], enhanced_eligibility_types: [] },
  evidence: {
    ...nothing('access_activity_log billing_address cancellation_policy'),
    ...nothing('cancellation_policy_disclosure cancellation_rebuttal customer_communication'),
    ...nothing('customer_email_address customer_name customer_purchase_ip customer_signature'),
    ...nothing('duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id'),
    ...nothing('product_description receipt refund_policy refund_policy_disclosure'),
    ...nothing('refund_refusal_explanation service_date service_documentation shipping_address'),
    ...nothing('shipping_carrier shipping_date shipping_documentation shipping_tracking_number'),
    ...nothing('uncategorized_file uncategorized_text'),
    enhanced_evidence: {},
  },
  evidence_details: {
    ...{ due_by: null, enhanced_eligibility: {}, has_evidence: false, past_due: false },
    ...{ submission_count: 0, submission_method: 'not_submitted' },
  },
  ...{ intended_submission_method: null, is_charge_refundable: false, livemode: false },
  ...{ metadata: {}, reason: 'fraudulent' },
}

const ISSUER = { type: 'self' }

export const SUBSCRIPTION: Fields = {
  object: 'subscription',
  ...nothing('application application_fee_percent billing_cycle_anchor_config'),
  automatic_tax: { enabled: false, ...nothing('disabled_reason liability') },
  billing_mode: { type: 'flexible', flexible: { proration_discounts: 'included' } },
  ...{ billing_schedules: [], billing_thresholds: null, livemode: false },
  collection_method: 'charge_automatically',
  ...nothing('customer_account days_until_due default_source description'),
  invoice_settings: {
    ...nothing('account_tax_ids custom_fields description footer'),
    issuer: ISSUER,
  },
  ...nothing('managed_payments next_pending_invoice_item_invoice on_behalf_of'),
  ...nothing('pause_collection payment_settings pending_invoice_item_interval'),
  ...nothing('pending_setup_intent test_clock transfer_data'),
  trial_settings: {
    end_behavior: { missing_payment_method: 'cancel', billing_cycle_anchor: null },
  },
}

export const ITEM: Fields = {
  ...{ object: 'subscription_item', billing_thresholds: null, current_trial: null },
  ...{ discounts: [], metadata: {}, tax_rates: [] },
}

export const SCHEDULE: Fields = {
  ...{ object: 'subscription_schedule', application: null },
  billing_mode: { type: 'flexible', flexible: { proration_discounts: 'included' } },
  ...nothing('canceled_at completed_at customer_account'),
  default_settings: {
    ...nothing('application_fee_percent billing_thresholds collection_method'),
    ...nothing('default_payment_method description on_behalf_of transfer_data'),
    billing_cycle_anchor: 'automatic',
    invoice_settings: {
      ...nothing('account_tax_ids custom_fields days_until_due description footer'),
      issuer: ISSUER,
    },
  },
  ...{ end_behavior: 'release', livemode: false, pause_schedules: [], test_clock: null },
}

export const PHASE: Fields = {
  add_invoice_items: [],
  ...nothing('application_fee_percent billing_cycle_anchor billing_thresholds'),
  ...nothing('collection_method default_payment_method description invoice_settings'),
  ...{ discounts: [], metadata: {}, proration_behavior: 'none' },
  ...nothing('on_behalf_of transfer_data trial_end'),
}

export const INVOICE: Fields = {
  ...{ object: 'invoice', account_country: 'US', account_name: 'Emulator' },
  ...nothing('account_tax_ids application automatically_finalizes_at custom_fields'),
  ...{ amount_overpaid: 0, amount_shipping: 0, auto_advance: false, attempted: true },
  automatic_tax: { enabled: false, ...nothing('disabled_reason liability provider status') },
  ...nothing('customer_account customer_address customer_phone customer_shipping'),
  ...{ collection_method: 'charge_automatically', customer_tax_exempt: 'none' },
  ...{ customer_tax_ids: [], default_tax_rates: [], discounts: [], livemode: false },
  ...nothing('default_payment_method default_source description due_date footer'),
  ...nothing('from_invoice last_finalization_error latest_revision on_behalf_of'),
  ...{ issuer: ISSUER, metadata: {} },
  payment_settings: nothing('default_mandate payment_method_options payment_method_types'),
  ...{ post_payment_credit_notes_amount: 0, pre_payment_credit_notes_amount: 0 },
  ...nothing('receipt_number rendering shipping_cost shipping_details statement_descriptor'),
  ...{ test_clock: null, total_discount_amounts: [], total_pretax_credit_amounts: [] },
  ...{ total_taxes: [], webhooks_delivered_at: null },
}

export const LINE: Fields = {
  ...{ object: 'line_item', discount_amounts: [], discountable: true, discounts: [] },
  ...{ livemode: false, metadata: {}, pretax_credit_amounts: [], taxes: [] },
}
