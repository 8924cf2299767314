import { monthly, plan } from 'billwright'

/** What the app and its workers sell. */
export const product = { plans: [plan('basic', { price: monthly(49_00, 'USD') })] }
