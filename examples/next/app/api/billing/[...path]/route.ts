import { next } from 'billwright/next'
import { bill } from '../../../../lib/billing'

export const { GET, POST, DELETE } = next(bill, { basePath: '/api/billing' })
