/** A Certn check type that a package may be made of. */
export interface CatalogueService {
  type: string;
  name: string;
  says: string;
  /** Arguments that Certn is known to take, as they may be copied. */
  arguments: Record<string, unknown> | null;
  /** Types that must be in the same package. */
  needs: string[];
}

/**
 * Check types of CertnCentric seen in public material. Certn publishes no list that could be read, and versions its types by a number at the end, so any
 * other type may be used in a package too.
 */
export const SERVICE_CATALOGUE: readonly CatalogueService[] = [
  {
    type: 'IDENTITY_VERIFICATION_1',
    name: 'Identity Verification',
    says: 'Confirms who the applicant is. Needed by criminal record checks.',
    arguments: null,
    needs: [],
  },
  {
    type: 'CRIMINAL_RECORD_REPORT_1',
    name: 'Criminal Record Check (Canada, basic)',
    says: 'A basic Canadian criminal record report.',
    arguments: { ordering_type: 'EXPLICIT_ORDERING', explicit_check_type: ['BASIC_CANADIAN_CRIMINAL_RECORD_REPORT_1'] },
    needs: ['IDENTITY_VERIFICATION_1'],
  },
  {
    type: 'CREDIT_REPORT_1',
    name: 'Credit Report (Canada)',
    says: 'A Canadian credit report.',
    arguments: { ordering_type: 'EXPLICIT_ORDERING', explicit_check_type: ['CANADIAN_CREDIT_REPORT_1'] },
    needs: [],
  },
  {
    type: 'MOTOR_VEHICLE_RECORD_1',
    name: "Motor Vehicle Record (Driver's Abstract)",
    says: "The applicant's driving record.",
    arguments: null,
    needs: [],
  },
];
